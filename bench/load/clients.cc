// SPDX-License-Identifier: Apache-2.0
#include "bench/load/clients.h"

#include <algorithm>
#include <cstring>
#include <string_view>

namespace penstock::load {

namespace {

constexpr uint32_t kNobody = UINT32_MAX;
constexpr uint32_t kOpeningMax = 64;
constexpr uint64_t kAskAgainNs = 100'000'000;
constexpr uint64_t kFeedNs = 100'000'000;
constexpr uint16_t kLowestPort = 1024;

// Grows for ever: a new connection's numbers are above those of the last one on its ports.
uint32_t isn_at(uint64_t now_ns) noexcept { return static_cast<uint32_t>(now_ns >> 6); }

// The value of Content-Length in a head; -1 when there is none.
int64_t content_length(const std::string& head) noexcept {
  constexpr std::string_view name = "\r\ncontent-length:";
  const auto at = std::search(head.begin(), head.end(), name.begin(), name.end(),
                              [](char a, char b) { return std::tolower(a) == b; });
  return at == head.end() ? -1 : std::strtoll(&*at + name.size(), nullptr, 10);
}

}  // namespace

Clients::Clients(const LoadPlan& plan, const Pattern& pattern, Outbox& outbox)
    : plan_(plan),
      pattern_(pattern),
      outbox_(outbox),
      transport_(outbox, plan.requests, pattern),
      flows_(plan.flows()),
      ports_(plan.flows()),
      owners_(size_t{plan.clients.count} * 65'536, kNobody),
      heads_(plan.requests.size()) {}

Clients::Role Clients::role_of(uint32_t index) const noexcept {
  if (index < plan_.connections) return Role::Busy;
  return index < plan_.connections + plan_.idle_connections ? Role::Idle : Role::Slow;
}

// --- The wire.

void Clients::on_frame(Bytes bytes, uint64_t now_ns) noexcept {
  const auto frame = parse_tcp(bytes);
  if (!frame) {
    if (const auto arp = parse_arp(bytes)) on_arp(*arp);
    return;
  }
  if (!plan_.clients.contains(frame->destination)) return;
  const uint32_t index = owner_of(frame->destination, frame->destination_port);
  if (index == kNobody) return;  // the last words of a connection that is over here
  Flow& flow = flows_[index];
  on_arrival(flow, transport_.on_segment(flow, *frame, now_ns), now_ns);
}

void Clients::prefetch(Bytes frame) const noexcept {
  if (frame.size() < kHeaderBytes) return;
  const uint32_t address =
      static_cast<uint32_t>(frame[30]) << 24 | frame[31] << 16 | frame[32] << 8 | frame[33];
  if (!plan_.clients.contains(address)) return;
  const size_t port = static_cast<size_t>(frame[36]) << 8 | frame[37];
  const uint32_t index = owners_[(address - plan_.clients.first) * 65'536 + port];
  if (index == kNobody) return;
  const auto* line = reinterpret_cast<const char*>(&flows_[index]);
  __builtin_prefetch(line);
  __builtin_prefetch(line + 64);
  __builtin_prefetch(line + 128);
}

void Clients::ask_for_server(uint64_t now_ns) noexcept {
  uint8_t* frame = outbox_.begin();
  if (frame == nullptr) return;
  asked_ns_ = now_ns;
  constexpr Mac everybody = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
  write_arp({ArpFrame::Kind::Request, plan_.client_mac, plan_.gateway, plan_.server}, everybody, {},
            frame);
  outbox_.commit(kArpFrameBytes);
}

void Clients::on_arp(const ArpFrame& arp) noexcept {
  if (arp.kind == ArpFrame::Kind::Reply) {
    if (arp.sender != plan_.server) return;
    server_mac_ = arp.sender_mac;
    server_known_ = true;
    return;
  }
  if (arp.target != plan_.gateway && !plan_.clients.contains(arp.target)) return;
  uint8_t* frame = outbox_.begin();
  if (frame == nullptr) return;
  write_arp({ArpFrame::Kind::Reply, plan_.client_mac, arp.target, arp.sender}, arp.sender_mac,
            arp.sender_mac, frame);
  outbox_.commit(kArpFrameBytes);
}

void Clients::on_time(uint64_t now_ns) noexcept {
  transport_.on_time(now_ns);
  if (!server_known_) {
    if (now_ns - asked_ns_ > kAskAgainNs) ask_for_server(now_ns);
    return;
  }
  open_more(now_ns);
  issue_due(now_ns);
  feed_slow_readers(now_ns);
  for (uint32_t i = 0; i < Transport::kCheckedPerCall && !flows_.empty(); ++i) {
    checked_ = checked_ + 1 < flows_.size() ? checked_ + 1 : 0;
    transport_.check(flows_[checked_], now_ns);
  }
}

// --- The load.

void Clients::open(uint64_t now_ns) noexcept { ask_for_server(now_ns); }

// A few at a time: a crowd of half-open connections would be a test of another kind.
void Clients::open_more(uint64_t now_ns) noexcept {
  while (to_open_ < flows_.size() && opening_ < kOpeningMax) {
    const auto index = static_cast<uint32_t>(to_open_++);
    // Slow clients never finish: they do not count among those that are waited for.
    if (role_of(index) != Role::Slow) ++opening_;
    issue(index, now_ns, now_ns);
  }
}

void Clients::begin(double rate, uint64_t now_ns) noexcept {
  results_ = {};
  latency_.clear();
  rate_ = rate;
  running_ = true;
  began_ns_ = now_ns;
  issued_ = 0;
  if (rate > 0) return;
  std::deque<uint32_t> ready;
  ready.swap(ready_);
  for (const uint32_t index : ready) issue(index, now_ns, now_ns);
}

void Clients::issue_due(uint64_t now_ns) noexcept {
  if (!running_ || rate_ == 0) return;
  const auto due = static_cast<uint64_t>(static_cast<double>(now_ns - began_ns_) * rate_ / 1e9);
  while (issued_ < due && !ready_.empty()) {
    const uint32_t index = ready_.front();
    ready_.pop_front();
    ++issued_;
    issue(index, began_ns_ + static_cast<uint64_t>(static_cast<double>(issued_) * 1e9 / rate_),
          now_ns);
  }
  if (issued_ < due) ++results_.late;
}

void Clients::issue(uint32_t index, uint64_t due_ns, uint64_t now_ns) noexcept {
  Flow& flow = flows_[index];
  if (flow.is_open()) {
    flow.begun_ns = due_ns;
    return send_request(flow, now_ns);
  }
  connect(index, now_ns);
  flow.begun_ns = due_ns;
}

// Ports go round, so that one is not used again before the others have been.
void Clients::take_ports(uint32_t index) noexcept {
  while (true) {
    const uint32_t address = plan_.clients.first + next_address_;
    const uint16_t port = next_port_;
    if (++next_address_ == plan_.clients.count) {
      next_address_ = 0;
      next_port_ = next_port_ == UINT16_MAX ? kLowestPort : static_cast<uint16_t>(next_port_ + 1);
    }
    uint32_t& owner = owner_of(address, port);
    if (owner != kNobody) continue;
    owner = index;
    ports_[index] = {address, port};
    return;
  }
}

void Clients::connect(uint32_t index, uint64_t now_ns) noexcept {
  take_ports(index);
  Flow& flow = flows_[index];
  flow.read_limit = role_of(index) == Role::Slow ? 16 * 1024 : 0;
  transport_.connect(flow,
                     {.own_mac = plan_.client_mac,
                      .peer_mac = server_mac_,
                      .own = ports_[index].address,
                      .peer = plan_.server,
                      .own_port = ports_[index].port,
                      .peer_port = plan_.server_port},
                     isn_at(now_ns), now_ns);
}

void Clients::send_request(Flow& flow, uint64_t now_ns) noexcept {
  flow.received = flow.expected = 0;
  flow.verify = flow.messages % plan_.verify_one_in == 0;
  transport_.send(flow, message_of(index_of(flow)), After::KeepOpen, now_ns);
}

void Clients::on_arrival(Flow& flow, const Transport::Arrival& arrival, uint64_t now_ns) noexcept {
  if (arrival.connected) send_request(flow, now_ns);
  if (arrival.reset) {
    fail(flow, "a connection was reset");
    return on_end(flow, now_ns);
  }
  bool is_whole = false;
  if (!arrival.text.empty()) {
    // A slow reader's window shrinks by what it has not read yet.
    if (flow.read_limit > 0) {
      flow.read_limit -= std::min(flow.read_limit - 1, static_cast<uint32_t>(arrival.text.size()));
    }
    switch (read(flow, arrival.text)) {
      case Read::More:
        break;
      case Read::Whole:
        is_whole = true;
        break;
      case Read::Wrong:
        transport_.reset(flow);
        return on_end(flow, now_ns);
    }
  }
  // What is over is counted before FIN ends the connection, and goes on behind it.
  if (is_whole) on_whole(flow, now_ns);
  if (arrival.closed) {
    if (flow.expected == 0 || flow.received < flow.expected) fail(flow, "a response was cut");
    transport_.send_fin(flow);
    return on_end(flow, now_ns);
  }
  if (is_whole && plan_.client_keep_alive) next(flow, now_ns);
}

Clients::Read Clients::read(Flow& flow, Bytes text) noexcept {
  if (flow.expected == 0) {
    const Read head = read_head(flow, text);
    if (head != Read::Whole) return head;
  }
  const uint8_t message = message_of(index_of(flow));
  const uint64_t body_bytes = plan_.responses[message].body_bytes;
  const uint64_t offset = flow.received - (flow.expected - body_bytes);
  if (text.size() > flow.expected - flow.received) {
    fail(flow, "more came than the response's length");
    return Read::Wrong;
  }
  if (flow.verify && !text.empty() && !pattern_.equals(offset, text)) {
    fail(flow, "a body differs from what the origin sent");
    return Read::Wrong;
  }
  flow.received += text.size();
  return flow.received == flow.expected ? Read::Whole : Read::More;
}

// Takes the head from the front of `text`. Whole: the head is; what is left of `text` is body.
Clients::Read Clients::read_head(Flow& flow, Bytes& text) noexcept {
  const uint32_t index = index_of(flow);
  const uint8_t message = message_of(index);
  const std::string& known = heads_[message];
  if (!known.empty() && flow.received == 0 && text.size() >= known.size() &&
      std::memcmp(known.data(), text.data(), known.size()) == 0) {
    flow.received = known.size();
    flow.expected = known.size() + plan_.responses[message].body_bytes;
    text = text.subspan(known.size());
    return Read::Whole;
  }
  std::string& head = broken_heads_[index];
  const size_t before = head.size();
  head.append(reinterpret_cast<const char*>(text.data()), text.size());
  flow.received = head.size();
  const size_t end = head.find("\r\n\r\n");
  if (end == std::string::npos) return Read::More;
  head.resize(end + 4);
  const bool right = learn_head(message, head);
  if (!right) fail(flow, ("a response began with: " + head.substr(0, head.find('\r'))).c_str());
  flow.received = head.size();
  flow.expected = head.size() + plan_.responses[message].body_bytes;
  text = text.subspan(head.size() - before);
  broken_heads_.erase(index);
  return right ? Read::Whole : Read::Wrong;
}

bool Clients::learn_head(uint8_t message, const std::string& head) noexcept {
  const bool right =
      head.starts_with("HTTP/1.1 200 ") &&
      content_length(head) == static_cast<int64_t>(plan_.responses[message].body_bytes);
  if (right && heads_[message].empty()) {
    heads_[message] = head;
  } else if (right && heads_[message] != head) {
    ++results_.other_heads;
  }
  return right;
}

void Clients::on_whole(Flow& flow, uint64_t now_ns) noexcept {
  const uint32_t index = index_of(flow);
  const Role role = role_of(index);
  if (flow.messages++ == 0 && role != Role::Slow && opening_ > 0) --opening_;
  if (role == Role::Slow) {
    ++results_.slow_bodies;
    return;
  }
  ++results_.requests;
  results_.bodies_verified += flow.verify ? 1 : 0;
  results_.body_bytes += plan_.responses[0].body_bytes + plan_.requests[0].body_bytes;
  latency_.add(now_ns - std::min(flow.begun_ns, now_ns));
}

// A connection is free again.
void Clients::next(Flow& flow, uint64_t now_ns) noexcept {
  const uint32_t index = index_of(flow);
  switch (role_of(index)) {
    case Role::Idle:
      return;
    case Role::Slow:
      return issue(index, now_ns, now_ns);
    case Role::Busy:
      break;
  }
  if (running_ && rate_ == 0) {
    issue(index, now_ns, now_ns);
  } else {
    ready_.push_back(index);
  }
}

// The connection is over, or will be with our FIN: its ports are free and it begins anew.
void Clients::on_end(Flow& flow, uint64_t now_ns) noexcept {
  const uint32_t index = index_of(flow);
  // The peer's FIN is acknowledged by ours.
  owner_of(ports_[index].address, ports_[index].port) = kNobody;
  broken_heads_.erase(index);
  const uint64_t messages = flow.messages;
  flow.state = Flow::State::Closed;
  next(flow, now_ns);
  flow.messages = messages;
}

void Clients::fail(Flow& flow, const char* why) noexcept {
  ++results_.failed;
  if (results_.first_failure.empty()) results_.first_failure = why;
  if (flow.messages == 0 && role_of(index_of(flow)) != Role::Slow && opening_ > 0) --opening_;
}

void Clients::feed_slow_readers(uint64_t now_ns) noexcept {
  if (plan_.slow_clients == 0 || now_ns - fed_ns_ < kFeedNs) return;
  fed_ns_ = now_ns;
  constexpr uint32_t kRoom = 64 * 1024;
  const auto portion = static_cast<uint32_t>(plan_.slow_bytes_per_second * kFeedNs / 1'000'000'000);
  for (uint32_t i = plan_.connections + plan_.idle_connections; i < flows_.size(); ++i) {
    Flow& flow = flows_[i];
    if (!flow.is_open()) continue;
    flow.read_limit = std::min(flow.read_limit + portion, kRoom);
    transport_.tell_window(flow);
  }
}

}  // namespace penstock::load
