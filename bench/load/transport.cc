// SPDX-License-Identifier: Apache-2.0
#include "bench/load/transport.h"

#include <algorithm>

namespace penstock::load {

namespace {

constexpr uint32_t kReceiveWindow = 1u << 20;

// Distances on the circle of sequence numbers.
constexpr int32_t distance(uint32_t from, uint32_t to) noexcept {
  return static_cast<int32_t>(to - from);
}

}  // namespace

void Transport::connect(Flow& flow, const HeaderTemplate::Ends& ends, uint32_t isn,
                        uint64_t now_ns) noexcept {
  const uint32_t read_limit = flow.read_limit;
  flow = Flow{};
  flow.read_limit = read_limit;
  flow.header = HeaderTemplate(ends);
  flow.state = Flow::State::SynSent;
  flow.una = flow.nxt = flow.message_begin = isn;
  flow.moved_ns = now_ns;
  emit_syn(flow, kSyn);
}

void Transport::accept(Flow& flow, const HeaderTemplate::Ends& ends, uint32_t isn,
                       const TcpFrame& syn, uint64_t now_ns) noexcept {
  flow = Flow{};
  flow.header = HeaderTemplate(ends);
  flow.state = Flow::State::SynReceived;
  flow.una = flow.nxt = flow.message_begin = isn;
  flow.rcv_nxt = flow.acknowledged = syn.seq + 1;
  flow.peer_shift = syn.window_shift;
  flow.send_edge = isn + syn.window;
  flow.moved_ns = now_ns;
  emit_syn(flow, kSyn | kAck);
}

void Transport::emit_syn(Flow& flow, uint8_t flags) noexcept {
  uint8_t* frame = outbox_.begin();
  if (frame == nullptr) return;  // check() sends it again
  flow.header.write({.seq = flow.una,
                     .ack = flow.rcv_nxt,
                     .flags = flags,
                     .window = 0xffff,
                     .option_bytes = kSynOptionBytes},
                    frame);
  write_syn_options(kWindowShift, frame + kHeaderBytes);
  outbox_.commit(kHeaderBytes + kSynOptionBytes);
  ++counters_.segments_out;
  flow.nxt = flow.una + 1;
}

void Transport::send(Flow& flow, uint8_t message, After after, uint64_t now_ns) noexcept {
  if (flow.una == flow.nxt) flow.moved_ns = now_ns;
  flow.message = message;
  flow.message_begin = flow.nxt;
  flow.after = after;
  flow.sending = true;
  push(flow);
}

void Transport::send_fin(Flow& flow) noexcept {
  if (flow.fin_sent || !flow.is_open()) return;
  // Nothing of a message is left: its end is here.
  if (!flow.sending) {
    flow.message_begin = flow.nxt - static_cast<uint32_t>(messages_[flow.message].size());
  }
  flow.after = After::Fin;
  flow.sending = true;
  push(flow);
}

void Transport::reset(Flow& flow) noexcept {
  if (flow.state != Flow::State::Closed) emit(flow, flow.nxt, kRst | kAck, 0);
  flow.state = Flow::State::Closed;
}

uint16_t Transport::window_field(const Flow& flow) const noexcept {
  const uint32_t window = flow.read_limit == 0 ? kReceiveWindow : flow.read_limit;
  return static_cast<uint16_t>(std::min(window >> kWindowShift, 0xffffu));
}

Transport::Emitted Transport::emit(Flow& flow, uint32_t seq, uint8_t flags,
                                   uint32_t bytes) noexcept {
  uint8_t* frame = outbox_.begin();
  if (frame == nullptr) return Emitted::NoRoom;
  flow.header.write({.seq = seq,
                     .ack = flow.rcv_nxt,
                     .flags = flags,
                     .window = window_field(flow),
                     .payload_bytes = static_cast<uint16_t>(bytes)},
                    frame);
  if (bytes > 0) {
    messages_[flow.message].copy(seq - flow.message_begin, bytes, pattern_, frame + kHeaderBytes);
  }
  outbox_.commit(kHeaderBytes + bytes);
  ++counters_.segments_out;
  flow.owes = Flow::Owes::Nothing;
  flow.acknowledged = flow.rcv_nxt;
  return Emitted::Yes;
}

// Sends what the peer's window takes, FIN with the last byte.
void Transport::push_pending(Flow& flow) noexcept {
  const uint32_t end = message_end(flow);
  while (true) {
    const int32_t left = std::max(distance(flow.nxt, end), 0);
    const int32_t room = std::max(distance(flow.nxt, flow.send_edge), 0);
    const auto bytes =
        static_cast<uint32_t>(std::min({left, room, static_cast<int32_t>(kSegmentBytesMax)}));
    const bool is_last = static_cast<int32_t>(bytes) == left;
    if (bytes == 0 && left > 0) return;  // the window is shut
    const bool fin = is_last && flow.after == After::Fin;
    if (bytes == 0 && !fin) break;
    const auto flags = static_cast<uint8_t>(kAck | (is_last ? kPsh : 0) | (fin ? kFin : 0));
    if (emit(flow, flow.nxt, flags, bytes) == Emitted::NoRoom) {
      if (!flow.blocked) blocked_.push_back(&flow);
      flow.blocked = true;
      return;
    }
    flow.nxt += bytes + (fin ? 1 : 0);
    flow.fin_sent |= fin;
    if (is_last) break;
  }
  flow.sending = false;
}

void Transport::push(Flow& flow) noexcept {
  if (flow.sending && flow.is_open()) push_pending(flow);
}

void Transport::on_ack(Flow& flow, const TcpFrame& segment, uint64_t now_ns) noexcept {
  if (distance(flow.una, segment.ack) > 0 && distance(segment.ack, flow.nxt) >= 0) {
    flow.una = segment.ack;
    flow.moved_ns = now_ns;
  }
  const uint32_t edge = segment.ack + (uint32_t{segment.window} << flow.peer_shift);
  if (distance(flow.send_edge, edge) > 0) flow.send_edge = edge;
}

Transport::Arrival Transport::on_segment(Flow& flow, const TcpFrame& segment,
                                         uint64_t now_ns) noexcept {
  ++counters_.segments_in;
  if (segment.has(kRst)) {
    ++counters_.resets;
    flow.state = Flow::State::Closed;
    return {.text = {}, .reset = true};
  }
  if (flow.state == Flow::State::SynSent) {
    if (!segment.has(kSyn) || segment.ack != flow.nxt) return {};
    flow.una = flow.message_begin = segment.ack;
    flow.peer_shift = segment.window_shift;
    flow.send_edge = segment.ack + segment.window;
    flow.rcv_nxt = flow.acknowledged = segment.seq + 1;
    flow.state = Flow::State::Open;
    flow.moved_ns = now_ns;
    owe(flow, Flow::Owes::Now, now_ns);
    return {.text = {}, .connected = true};
  }
  if (segment.has(kSyn)) return {};
  Arrival arrival;
  if (flow.state == Flow::State::SynReceived) {
    if (segment.ack != flow.nxt) return {};
    flow.message_begin = flow.nxt;
    flow.state = Flow::State::Open;
    arrival.connected = true;
  }
  on_ack(flow, segment, now_ns);
  if (!segment.payload.empty() || segment.has(kFin)) {
    if (segment.seq != flow.rcv_nxt) {
      ++counters_.out_of_order;
      owe(flow, Flow::Owes::Now, now_ns);
    } else {
      arrival.text = segment.payload;
      flow.rcv_nxt += static_cast<uint32_t>(segment.payload.size()) + (segment.has(kFin) ? 1 : 0);
      flow.fin_received |= segment.has(kFin);
      arrival.closed = segment.has(kFin);
      const bool much = distance(flow.acknowledged, flow.rcv_nxt) >= int{2 * kSegmentBytesMax};
      owe(flow, much || segment.has(kFin) ? Flow::Owes::Now : Flow::Owes::Soon, now_ns);
    }
  }
  push(flow);
  return arrival;
}

void Transport::owe(Flow& flow, Flow::Owes owes, uint64_t now_ns) noexcept {
  if (flow.owes >= owes) return;
  flow.owes = owes;
  if (owes == Flow::Owes::Now) {
    owe_now_.push_back(&flow);
  } else {
    flow.acknowledge_at_ns = now_ns + kAcknowledgeLateNs;
    owe_soon_.push_back(&flow);
  }
}

void Transport::end_burst(uint64_t) noexcept {
  for (size_t i = 0; i < owe_now_.size(); ++i) {
    Flow& flow = *owe_now_[i];
    if (flow.owes == Flow::Owes::Nothing || !flow.is_open()) continue;
    if (emit(flow, flow.nxt, kAck, 0) == Emitted::NoRoom) {
      owe_now_.erase(owe_now_.begin(), owe_now_.begin() + static_cast<ptrdiff_t>(i));
      return;
    }
  }
  owe_now_.clear();
}

void Transport::on_time(uint64_t now_ns) noexcept {
  // A flow may stand here again for a later debt: it comes to its turn then.
  while (!owe_soon_.empty()) {
    Flow& flow = *owe_soon_.front();
    if (flow.owes == Flow::Owes::Soon && flow.is_open()) {
      if (flow.acknowledge_at_ns > now_ns) break;
      if (emit(flow, flow.nxt, kAck, 0) == Emitted::NoRoom) break;
    }
    owe_soon_.pop_front();
  }
  retried_.swap(blocked_);
  for (Flow* flow : retried_) {
    flow->blocked = false;
    push(*flow);
  }
  retried_.clear();
}

void Transport::check(Flow& flow, uint64_t now_ns) noexcept {
  const bool waits = flow.state != Flow::State::Closed && flow.una != flow.nxt;
  if (!waits || now_ns - flow.moved_ns < kResendNs) return;
  ++counters_.resent;
  flow.moved_ns = now_ns;
  if (flow.state == Flow::State::SynSent) return emit_syn(flow, kSyn);
  if (flow.state == Flow::State::SynReceived) return emit_syn(flow, kSyn | kAck);
  flow.nxt = flow.una;
  flow.fin_sent = false;
  flow.sending = true;
  push(flow);
}

}  // namespace penstock::load
