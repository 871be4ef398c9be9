// SPDX-License-Identifier: Apache-2.0
#include "dataplane/proxy/tunnel.h"

#include <algorithm>
#include <utility>

namespace penstock::proxy {

namespace {

bool is_reset(tcp::Stream stream) noexcept {
  const tcp::CloseReason reason = stream.close_reason();
  return reason != tcp::CloseReason::None && reason != tcp::CloseReason::Finished;
}

}  // namespace

Tunnel::State Tunnel::move(tcp::Stream client, tcp::Stream backend,
                           nic::PacketPool& pool) noexcept {
  const Moved up = move(up_, client, backend, pool);
  const Moved down = move(down_, backend, client, pool);
  if (is_done()) return State::Done;
  if (is_reset(client) || is_reset(backend)) return State::Broken;
  return up == Moved::All && down == Moved::All ? State::Open : State::NoBuffers;
}

Tunnel::Moved Tunnel::move(Direction& direction, tcp::Stream from, tcp::Stream to,
                           nic::PacketPool& pool) noexcept {
  nic::SliceQueue& source = from.received();
  while (!source.empty()) {
    const uint32_t space = to.write_space();
    if (space == 0) return Moved::All;
    const auto front = static_cast<uint32_t>(source.front().size());
    nic::Slice part = source.take_front(std::min(space, front), pool);
    if (!part) return Moved::NoBuffers;
    direction.bytes += part.size();
    to.write(std::move(part));
    from.consumed();
  }
  if (from.peer_closed() && !direction.closed) {
    to.close();
    direction.closed = true;
  }
  return Moved::All;
}

}  // namespace penstock::proxy
