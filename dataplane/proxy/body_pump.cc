// SPDX-License-Identifier: Apache-2.0
#include "dataplane/proxy/body_pump.h"

#include <cstring>

namespace penstock::proxy {

namespace {

// Writes a few bytes of framing as a slice of their own.
bool write_text(std::string_view text, tcp::Stream to, nic::PacketPool& pool) noexcept {
  nic::Slice slice = pool.allocate_slice();
  if (!slice) return false;
  std::memcpy(slice.room().data(), text.data(), text.size());
  slice.commit(static_cast<uint32_t>(text.size()));
  to.write(std::move(slice));
  return true;
}

}  // namespace

BodyPump::State BodyPump::move(tcp::Stream from, tcp::Stream to, nic::PacketPool& pool) noexcept {
  if (done_) return State::Done;
  nic::SliceQueue& source = from.received();
  while (!decoder_.is_complete() || pending_ > 0) {
    if (to.write_space() == 0) return State::Blocked;
    if (pending_ == 0) {
      if (source.empty()) return State::Starved;
      if (!find_payload(source)) return State::Malformed;
    }
    if (pending_ > 0 && !write_payload(source, pending_, to, pool)) return State::NoBuffers;
    from.consumed();
  }
  if (!write_end(to, pool)) return State::NoBuffers;
  done_ = true;
  return State::Done;
}

bool BodyPump::find_payload(nic::SliceQueue& source) noexcept {
  const http::BodyStep step = decoder_.step(source.front());
  error_ = step.error;
  if (step.state == http::BodyStep::State::Error) return false;
  source.trim_front(step.skip);
  pending_ = step.data;
  return true;
}

bool BodyPump::write_payload(nic::SliceQueue& source, uint32_t count, tcp::Stream to,
                             nic::PacketPool& pool) noexcept {
  nic::Slice part = source.take_front(count, pool);
  if (!part) return false;
  if (encoder_.marks_pieces() && !write_text(encoder_.before_piece(count).text(), to, pool)) {
    source.push_front(std::move(part));
    return false;
  }
  to.write(std::move(part));
  encoder_.on_piece();
  pending_ = 0;
  return true;
}

bool BodyPump::write_end(tcp::Stream to, nic::PacketPool& pool) noexcept {
  return !encoder_.marks_end() || write_text(encoder_.at_end().text(), to, pool);
}

}  // namespace penstock::proxy
