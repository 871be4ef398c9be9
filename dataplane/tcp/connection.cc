// SPDX-License-Identifier: Apache-2.0
#include "dataplane/tcp/connection.h"

#include <algorithm>

#include "dataplane/tcp/shared.h"

namespace penstock::tcp {

namespace {

// Counts a connection in or out of a set of states that it enters or leaves.
template <class IsCounted>
void move_gauge(base::Counter& gauge, State previous, State next, IsCounted is_counted) noexcept {
  if (is_counted(previous) && !is_counted(next)) gauge.subtract();
  if (!is_counted(previous) && is_counted(next)) gauge.add();
}

bool is_half_open(State state) noexcept { return state == State::SynReceived; }

bool carries_data(State state) noexcept {
  return state == State::Established || state == State::CloseWait;
}

}  // namespace

Connection::Connection(Shared& owner, const FlowKey& key, uint32_t flow_hash) noexcept
    : shared(owner), flow(key), hash(flow_hash) {}

Connection::~Connection() { DCHECK(state_ == State::Closed); }

void Connection::enter(State next) noexcept {
  CHECK(is_legal_edge(state_, next));
  const State previous = state_;
  state_ = next;
  move_gauge(shared.counters.established, previous, next, carries_data);
  if (handshake.origin == Origin::Passive) {
    move_gauge(shared.counters.half_open, previous, next, is_half_open);
  }
}

void Connection::touch() noexcept {
  if (!base::ListNode<TouchedTag>::is_linked()) shared.touched.push_back(*this);
}

void Connection::report() noexcept {
  if (released || base::ListNode<ReadyTag>::is_linked()) return;
  shared.ready.push_back(*this);
}

uint32_t Connection::send_capacity() const noexcept {
  const uint32_t usual = shared.settings.send_buffer_bytes;
  switch (shared.pool.pressure()) {
    case nic::Pressure::None:
      return usual;
    case nic::Pressure::High:
      return std::min(usual, base::kSendBytesAtHigh);
    case nic::Pressure::Critical:
      break;
  }
  return std::min(usual, base::kSendBytesAtCritical);
}

uint32_t Connection::write_space() const noexcept {
  if (sending.buffer.slices() >= shared.send_slices_max) return 0;
  const uint32_t capacity = send_capacity();
  return capacity - std::min(sending.buffer.bytes(), capacity);
}

uint32_t Connection::receive_slices_max() const noexcept {
  switch (shared.pool.pressure()) {
    case nic::Pressure::None:
      return shared.receive_slices_max;
    case nic::Pressure::High:
      return base::kReceiveSlicesAtHigh;
    case nic::Pressure::Critical:
      break;
  }
  return base::kReceiveSlicesAtCritical;
}

uint32_t Connection::receive_room() const noexcept {
  return receiving.buffer.room(shared.settings.receive_window_bytes, receive_slices_max(),
                               receiving.segment_bytes);
}

}  // namespace penstock::tcp
