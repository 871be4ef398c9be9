// SPDX-License-Identifier: Apache-2.0
#include "bench/load/origins.h"

#include <cstring>
#include <string_view>

namespace penstock::load {

namespace {

std::string_view as_text(Bytes bytes) noexcept {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::string request_line(const Message& request) {
  return request.head.substr(0, request.head.find("\r\n") + 2);
}

}  // namespace

Origins::Origins(const LoadPlan& plan, const Pattern& pattern, Outbox& outbox)
    : plan_(plan),
      pattern_(pattern),
      outbox_(outbox),
      transport_(outbox, plan.responses, pattern),
      flows_(kFlowsMax),
      keys_(kFlowsMax),
      map_(kFlowsMax) {
  for (const Message& request : plan.requests) request_lines_.push_back(request_line(request));
  for (uint32_t i = kFlowsMax; i > 0; --i) free_.push_back(i - 1);
}

// The load generator and the system under test are one party: nobody chooses keys that collide.
uint32_t Origins::hash_of(const Key& key) noexcept {
  uint64_t mixed = (uint64_t{key.own} << 32 | key.peer) * 0x9e37'79b9'7f4a'7c15ull;
  mixed = (mixed ^ (mixed >> 29) ^ key.peer_port) * 0xbf58'476d'1ce4'e5b9ull;
  return static_cast<uint32_t>(mixed >> 32);
}

uint32_t Origins::find(const Key& key, uint32_t hash) const noexcept {
  return map_.find(hash, [&](uint32_t index) { return keys_[index] == key; });
}

void Origins::on_frame(Bytes bytes, uint64_t now_ns) noexcept {
  const auto frame = parse_tcp(bytes);
  if (!frame) {
    if (const auto arp = parse_arp(bytes)) on_arp(*arp);
    return;
  }
  if (!plan_.origins.contains(frame->destination)) return;
  if (frame->destination_port != plan_.origin_port) return;
  const Key key{frame->destination, frame->source, frame->source_port};
  const uint32_t hash = hash_of(key);
  const uint32_t index = find(key, hash);
  if (index == base::FlowMap::kNone) {
    if (frame->has(kSyn)) accept(*frame, key, hash, now_ns);
    return;
  }
  // A SYN on known ports: the one before is over, and its end is on its way or was lost.
  if (frame->has(kSyn) && flows_[index].state == Flow::State::Open) {
    forget(index);
    return accept(*frame, key, hash, now_ns);
  }
  on_arrival(index, transport_.on_segment(flows_[index], *frame, now_ns), now_ns);
}

void Origins::prefetch(Bytes frame) const noexcept {
  if (frame.size() < kHeaderBytes) return;
  const auto word = [&](uint32_t at) {
    return static_cast<uint32_t>(frame[at]) << 24 | frame[at + 1] << 16 | frame[at + 2] << 8 |
           frame[at + 3];
  };
  map_.prefetch(hash_of({word(30), word(26), static_cast<uint16_t>(frame[34] << 8 | frame[35])}));
}

void Origins::on_arp(const ArpFrame& arp) noexcept {
  if (arp.kind != ArpFrame::Kind::Request || !plan_.origins.contains(arp.target)) return;
  uint8_t* frame = outbox_.begin();
  if (frame == nullptr) return;
  write_arp({ArpFrame::Kind::Reply, plan_.origin_mac, arp.target, arp.sender}, arp.sender_mac,
            arp.sender_mac, frame);
  outbox_.commit(kArpFrameBytes);
}

void Origins::accept(const TcpFrame& syn, const Key& key, uint32_t hash, uint64_t now_ns) noexcept {
  if (free_.empty()) return;
  const uint32_t index = free_.back();
  free_.pop_back();
  keys_[index] = key;
  map_.insert(hash, index);
  ++connections_;
  transport_.accept(flows_[index],
                    {.own_mac = plan_.origin_mac,
                     .peer_mac = syn.source_mac,
                     .own = syn.destination,
                     .peer = syn.source,
                     .own_port = syn.destination_port,
                     .peer_port = syn.source_port},
                    static_cast<uint32_t>(now_ns >> 6), syn, now_ns);
}

void Origins::forget(uint32_t index) noexcept {
  flows_[index].state = Flow::State::Closed;
  flows_[index].owes = Flow::Owes::Nothing;
  broken_heads_.erase(index);
  map_.erase(hash_of(keys_[index]), index);
  free_.push_back(index);
}

void Origins::on_arrival(uint32_t index, const Transport::Arrival& arrival,
                         uint64_t now_ns) noexcept {
  Flow& flow = flows_[index];
  if (arrival.reset) return forget(index);
  if (!arrival.text.empty()) {
    switch (read(flow, arrival.text)) {
      case Read::More:
        break;
      case Read::Whole: {
        ++requests_;
        ++flow.messages;
        flow.received = flow.expected = 0;
        const After after = plan_.upstream_keep_alive ? After::KeepOpen : After::Fin;
        transport_.send(flow, flow.message, after, now_ns);
        break;
      }
      case Read::Wrong:
        ++wrong_requests_;
        transport_.reset(flow);
        return forget(index);
    }
  }
  if (arrival.closed) transport_.send_fin(flow);
  if (!flow.is_over()) return;
  // The peer's FIN is acknowledged before the flow is forgotten.
  transport_.acknowledge_now(flow);
  forget(index);
}

Origins::Read Origins::read(Flow& flow, Bytes text) noexcept {
  if (flow.expected == 0) {
    const Read head = begin_request(flow, text);
    if (head != Read::Whole) return head;
  }
  if (text.size() > flow.expected - flow.received) return Read::Wrong;
  const uint64_t offset = plan_.requests[flow.message].body_bytes - (flow.expected - flow.received);
  if (flow.verify && !text.empty() && !pattern_.equals(offset, text)) return Read::Wrong;
  flow.received += text.size();
  return flow.received == flow.expected ? Read::Whole : Read::More;
}

// Takes the head from the front of `text`.
Origins::Read Origins::begin_request(Flow& flow, Bytes& text) noexcept {
  const auto index = static_cast<uint32_t>(&flow - flows_.data());
  Bytes head = text;
  std::string whole;
  size_t before = 0;
  if (flow.received > 0) {
    std::string& broken = broken_heads_[index];
    before = broken.size();
    broken.append(as_text(text));
    whole = broken;
    head = {reinterpret_cast<const uint8_t*>(whole.data()), whole.size()};
  }
  const void* found = memmem(head.data(), head.size(), "\r\n\r\n", 4);
  if (found == nullptr) {
    if (flow.received == 0) broken_heads_[index] = as_text(text);
    flow.received = before + text.size();
    return Read::More;
  }
  const size_t bytes = static_cast<size_t>(static_cast<const uint8_t*>(found) - head.data()) + 4;
  const int message = message_of(head.first(bytes));
  if (message < 0) return Read::Wrong;
  if (flow.received > 0) broken_heads_.erase(index);
  flow.message = static_cast<uint8_t>(message);
  flow.verify = flow.messages % plan_.verify_one_in == 0;
  flow.received = bytes;
  flow.expected = bytes + plan_.requests[flow.message].body_bytes;
  text = text.subspan(bytes - before);
  return Read::Whole;
}

int Origins::message_of(Bytes head) const noexcept {
  for (size_t i = 0; i < request_lines_.size(); ++i) {
    if (as_text(head).starts_with(request_lines_[i])) return static_cast<int>(i);
  }
  return -1;
}

void Origins::on_time(uint64_t now_ns) noexcept {
  transport_.on_time(now_ns);
  for (uint32_t i = 0; i < Transport::kCheckedPerCall; ++i) {
    checked_ = checked_ + 1 < flows_.size() ? checked_ + 1 : 0;
    transport_.check(flows_[checked_], now_ns);
  }
}

}  // namespace penstock::load
