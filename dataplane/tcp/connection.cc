// SPDX-License-Identifier: Apache-2.0
#include "dataplane/tcp/connection.h"

#include <algorithm>

#include "dataplane/tcp/shared.h"

namespace penstock::tcp {

namespace {

void move_gauge(base::Counter& gauge, bool was, bool is) noexcept {
  if (was && !is) gauge.subtract();
  if (!was && is) gauge.add();
}

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
  move_gauge(shared.counters.established, carries_data(previous), carries_data(next));
  if (handshake.origin == Origin::Passive) {
    move_gauge(shared.counters.half_open, previous == State::SynReceived,
               next == State::SynReceived);
  }
}

void Connection::touch() noexcept {
  if (!base::ListNode<TouchedTag>::is_linked()) shared.touched.push_back(*this);
}

void Connection::report() noexcept {
  if (released || base::ListNode<ReadyTag>::is_linked()) return;
  shared.ready.push_back(*this);
}

uint32_t Connection::write_space() const noexcept {
  if (sending.buffer.slices() >= base::kSendSlicesMax) return 0;
  const uint32_t capacity = shared.settings.send_buffer_bytes;
  return capacity - std::min(sending.buffer.bytes(), capacity);
}

uint32_t Connection::receive_room() const noexcept {
  return receiving.buffer.room(shared.settings.receive_window_bytes, receiving.segment_bytes);
}

}  // namespace penstock::tcp
