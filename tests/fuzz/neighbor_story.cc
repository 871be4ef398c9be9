// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/neighbor_story.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "dataplane/base/check.h"
#include "dataplane/wire/byte_order.h"
#include "dataplane/wire/checksum.h"
#include "dataplane/wire/icmp.h"
#include "dataplane/wire/ipv6.h"

namespace penstock::fuzz {

using base::ByteSpan;
using base::Duration;
using base::IpAddress;
using base::MacAddress;
using testing::Frame;

namespace {

const IpAddress kOurs = IpAddress::from_v4(0x0a000002);
const IpAddress kBroadcast = IpAddress::from_v4(0x0a00ffff);
const base::IpPrefix kOurNetwork{IpAddress::from_v4(0x0a000000), 16};
const IpAddress kOursV6 = testing::ip("2001:db8::2");
const IpAddress kOursNear = testing::ip("fe80::2");
const base::IpPrefix kOurNetworkV6 = testing::prefix("2001:db8::/64");
const base::IpPrefix kNearNetwork = testing::prefix("fe80::/64");
const MacAddress kOurMac = testing::mac(2);

// Turns that one pause may take; a worker that stalls skips the rest.
constexpr int kTurnsPerPause = 5000;
constexpr int kTurnsAtOnceMax = 8;

bool is_ours(IpAddress address) {
  return address == kOurs || address == kOursV6 || address == kOursNear;
}

bool may_be_neighbor(IpAddress address) {
  if (is_ours(address)) return false;
  if (!address.is_v4()) {
    return kOurNetworkV6.contains(address) || kNearNetwork.contains(address);
  }
  return kOurNetwork.contains(address) && address != kBroadcast && address != kOurNetwork.address;
}

}  // namespace

void NeighborStory::run() {
  while (!program_.has_ended()) act();
  host_.give_buffers_back();
  is_blocked_ = false;
  host_.port.limit_transmission(UINT32_MAX);
  expect_nothing_left();
}

void NeighborStory::act() {
  const uint8_t choice = program_.byte();
  switch (choice & 15) {
    case 0:
    case 1:
      arp_arrives();
      break;
    case 2:
    case 3:
      ndp_arrives();
      break;
    case 4:
      (program_.byte() & 1) != 0 ? echo_v6_arrives() : echo_arrives();
      break;
    case 5:
      icmp_arrives();
      break;
    case 6:
      bytes_arrive();
      break;
    case 7:
      send_to(some_address());
      break;
    case 8:
      send_to(some_address_v6());
      break;
    case 9:
      sweep();
      break;
    case 10:
      was_limited_ = true;
      host_.give_buffers_back();
      host_.leave_buffers(program_.byte());
      break;
    case 11:
      host_.give_buffers_back();
      break;
    case 12:
      was_limited_ = true;
      is_blocked_ = !is_blocked_;
      host_.port.limit_transmission(is_blocked_ ? program_.byte() : UINT32_MAX);
      break;
    case 13:
      host_.host.announce(now_);
      break;
    default:
      pass(Duration::from_us(int64_t{1} << (program_.byte() % 28)));
  }
  flush();
}

bool NeighborStory::may_await_answer(const Party& party) const {
  return now_ - party.asked <= Duration::from_s(2) || (was_limited_ && party.may_be_known);
}

// --- On the wire.

IpAddress NeighborStory::some_address() {
  const uint8_t choice = program_.byte();
  switch (choice & 15) {
    case 0:
      return IpAddress();
    case 1:
      return kBroadcast;
    case 2:
      return kOurs;
    case 3:
      return kOurNetwork.address;
    case 4:
      return IpAddress::from_v4(0x0b000005);
    case 5:
      return IpAddress::from_v4(0xe0000001);
    default:
      return IpAddress::from_v4(0x0a000000u + choice);
  }
}

IpAddress NeighborStory::some_address_v6() {
  const uint8_t choice = program_.byte();
  switch (choice & 15) {
    case 0:
      return IpAddress::from_v6(0, 0);
    case 1:
      return wire::all_nodes();
    case 2:
      return kOursV6;
    case 3:
      return kOursNear;
    case 4:
      return testing::ip("2001:db9::5");
    case 5:
      return testing::ip("ff02::5");
    case 6:
    case 7:
      return IpAddress::from_v6(kNearNetwork.address.high(), 0x100u + choice);
    default:
      return IpAddress::from_v6(kOurNetworkV6.address.high(), 0x100u + choice);
  }
}

MacAddress NeighborStory::some_mac() {
  const uint8_t choice = program_.byte();
  switch (choice & 15) {
    case 0:
      return MacAddress();
    case 1:
      return MacAddress::broadcast();
    case 2:
      return kOurMac;
    default:
      return testing::mac(choice);
  }
}

void NeighborStory::arp_arrives() {
  wire::ArpMessage message;
  const uint8_t shape = program_.byte();
  message.operation = (shape & 1) != 0 ? wire::ArpOperation::Reply : wire::ArpOperation::Request;
  message.sender_ip = some_address();
  message.sender_mac = some_mac();
  message.target_ip = (shape & 2) != 0   ? message.sender_ip
                      : (shape & 4) != 0 ? some_address()
                                         : kOurs;
  const MacAddress to = (shape & 8) != 0 ? MacAddress::broadcast() : kOurMac;
  const bool asks = message.operation == wire::ArpOperation::Request;
  const bool for_us = message.target_ip == kOurs;
  const bool gratuitous = message.sender_ip == message.target_ip;

  Party& sender = parties_[message.sender_ip];
  const bool was_asked = may_await_answer(sender);
  const bool may_teach =
      (asks && for_us) || (gratuitous && sender.may_be_known) || (for_us && !asks && was_asked);
  if (may_teach && may_be_neighbor(message.sender_ip)) {
    sender.believable.insert(message.sender_mac);
    if (asks && for_us) sender.may_be_known = true;
  }
  if (asks && for_us) ++answers_due_;
  const uint32_t before = host_.host.neighbors_count();
  arrives(testing::build_arp({message.sender_mac, to}, message));
  const bool may_add = asks && for_us && may_be_neighbor(message.sender_ip);
  CHECK(host_.host.neighbors_count() <= before + (may_add ? 1 : 0));
}

void NeighborStory::ndp_arrives() {
  (program_.byte() & 1) != 0 ? solicitation_arrives() : advertisement_arrives();
}

void NeighborStory::solicitation_arrives() {
  const uint8_t shape = program_.byte();
  wire::NdpMessage message{.kind = wire::NdpKind::Solicitation};
  message.target = (shape & 1) != 0 ? some_address_v6() : kOursV6;
  if ((shape & 2) != 0) message.mac = some_mac();
  const IpAddress source = some_address_v6();
  const IpAddress destination =
      (shape & 4) != 0 ? some_address_v6() : wire::solicited_node(message.target);
  const MacAddress to = (shape & 8) != 0 ? kOurMac : wire::multicast_mac(destination);

  Party& sender = parties_[source];
  const bool may_add = is_ours(message.target) && may_be_neighbor(source);
  if (may_add) {
    if (message.mac) sender.believable.insert(*message.mac);
    sender.may_be_known = true;
  }
  if (is_ours(message.target)) ++answers_due_;
  const uint32_t before = host_.host.neighbors_count();
  arrives(testing::build_ethernet({some_mac(), to}, wire::EtherType::Ipv6,
                                  testing::build_ndp_packet(message, source, destination)));
  CHECK(host_.host.neighbors_count() <= before + (may_add ? 1 : 0));
}

void NeighborStory::advertisement_arrives() {
  const uint8_t shape = program_.byte();
  wire::NdpMessage message{.kind = wire::NdpKind::Advertisement};
  message.target = some_address_v6();
  if ((shape & 1) == 0) message.mac = some_mac();
  message.is_solicited = (shape & 2) != 0;
  message.overrides = (shape & 4) != 0;
  const IpAddress source = (shape & 8) != 0 ? some_address_v6() : message.target;
  const IpAddress destination = (shape & 16) != 0 ? some_address_v6() : kOursV6;
  const MacAddress to =
      wire::is_multicast_v6(destination) ? wire::multicast_mac(destination) : kOurMac;

  Party& sender = parties_[message.target];
  const bool was_asked = may_await_answer(sender);
  const bool may_teach = message.is_solicited ? was_asked : sender.may_be_known;
  if (may_teach && message.mac && may_be_neighbor(message.target)) {
    sender.believable.insert(*message.mac);
  }
  const uint32_t before = host_.host.neighbors_count();
  arrives(testing::build_ethernet({some_mac(), to}, wire::EtherType::Ipv6,
                                  testing::build_ndp_packet(message, source, destination)));
  CHECK(host_.host.neighbors_count() <= before);
}

void NeighborStory::echo_v6_arrives() {
  const uint8_t shape = program_.byte();
  testing::Icmpv6Spec echo;
  echo.type = 128;
  echo.source = some_address_v6();
  echo.destination = (shape & 1) != 0 ? some_address_v6() : kOursV6;
  echo.rest_of_header = program_.word();
  const ByteSpan body = program_.take(program_.byte() & 63);
  echo.body.assign(body.begin(), body.end());
  expect_echo(echo.source, testing::build_icmpv6_message(echo));
  const MacAddress from = some_mac();
  parties_[echo.source].heard_from.insert(from);
  arrives(testing::build_ethernet({from, kOurMac}, wire::EtherType::Ipv6,
                                  testing::build_icmpv6_packet(echo)));
}

void NeighborStory::echo_arrives() {
  const IpAddress source = some_address();
  const uint8_t shape = program_.byte();
  const ByteSpan body = program_.take(program_.byte() & 63);
  const Frame message = testing::build_icmp(8, 0, program_.word(), body);
  const bool for_us = (shape & 1) == 0;
  const Frame packet = testing::build_ipv4({.source = source,
                                            .destination = for_us ? kOurs : some_address(),
                                            .protocol = wire::kProtocolIcmp},
                                           message);
  expect_echo(source, message);
  arrives(
      testing::build_ethernet({some_mac(), (shape & 2) != 0 ? MacAddress::broadcast() : kOurMac},
                              wire::EtherType::Ipv4, packet));
}

// Whoever asks is somebody whom we have something for.
void NeighborStory::expect_echo(IpAddress source, const Frame& request) {
  echoes_.insert({request.begin() + 4, request.end()});
  parties_[source].may_be_known = true;
}

// Errors and all other types, about a packet of ours or about anything.
void NeighborStory::icmp_arrives() {
  const uint8_t type = program_.byte();
  const uint8_t code = program_.byte();
  const uint32_t rest = static_cast<uint32_t>(program_.word()) << 16 | program_.word();
  const uint8_t shape = program_.byte();
  Frame quote;
  if ((shape & 1) != 0) {
    quote = testing::build_tcp_packet({.source = {kOurs, 80}, .destination = {some_address(), 81}});
  }
  const ByteSpan more = program_.take(shape >> 2);
  quote.insert(quote.begin() + static_cast<int64_t>((shape & 2) != 0 ? 0 : quote.size()),
               more.begin(), more.end());
  const Frame message = testing::build_icmp(type, code, rest, quote);
  const IpAddress source = some_address();
  if (type == 8) expect_echo(source, message);
  arrives(testing::build_ethernet(
      {some_mac(), kOurMac}, wire::EtherType::Ipv4,
      testing::build_ipv4({.source = source, .destination = kOurs, .protocol = wire::kProtocolIcmp},
                          message)));
}

void NeighborStory::bytes_arrive() {
  const bool is_arp = (program_.byte() & 1) != 0;
  const ByteSpan payload = program_.take(program_.byte());
  // Bytes that happen to be a right message would need a model of their own: they get none.
  if (is_arp && wire::parse_arp(payload).ok()) return;
  arrives(testing::build_ethernet({some_mac(), kOurMac},
                                  is_arp ? wire::EtherType::Arp : wire::EtherType::Ipv4, payload));
}

void NeighborStory::arrives(const Frame& frame) {
  if (frame.size() > nic::PacketPool::kDataBytes) return;
  nic::Packet packet = FuzzHost::pool().allocate_packet();
  if (!packet) return;
  std::ranges::copy(frame, packet.append(static_cast<uint32_t>(frame.size())).begin());
  const net::Arrival arrival = host_.host.on_frame(std::move(packet), 0, now_);
  if (const auto* error = std::get_if<wire::IcmpError>(&arrival)) {
    CHECK(is_ours(error->source.address));
  }
}

// --- From above.

void NeighborStory::send_to(IpAddress destination) {
  nic::Packet packet = FuzzHost::pool().allocate_packet();
  if (!packet) return;
  wire::emit_tcp_header({.source_port = 80, .destination_port = 1000},
                        packet.append(wire::kTcpHeaderBytes));
  Party& party = parties_[destination];
  if (may_be_neighbor(destination)) party.may_be_known = true;
  net::NextHopCache& cache = caches_[destination.low() % caches_.size()];
  const uint32_t before = host_.host.neighbors_count();
  const net::SendResult result = host_.host.send({.packet = std::move(packet),
                                                  .source = destination.is_v4() ? kOurs : kOursV6,
                                                  .destination = destination,
                                                  .protocol = wire::kProtocolTcp},
                                                 cache, now_);
  if (!may_be_neighbor(destination)) {
    CHECK(result == net::SendResult::NoRoute || host_.host.neighbors_count() == before);
  }
  // A cache belongs to one destination.
  cache = {};
}

void NeighborStory::sweep() {
  const uint32_t first = 0x0a000000u | static_cast<uint32_t>(program_.word());
  const uint32_t count = program_.byte();
  for (uint32_t i = 0; i < count; ++i) {
    send_to(IpAddress::from_v4(0x0a000000u | ((first + i) & 0xffff)));
  }
  CHECK(host_.host.neighbors_count() <= base::kNeighborsMax);
}

// --- Time.

void NeighborStory::pass(Duration time) {
  const base::Instant end = now_ + time;
  int at_once = 0;
  for (int turns = 0; turns < kTurnsPerPause && host_.host.next_deadline() <= end; ++turns) {
    at_once = host_.host.next_deadline() <= now_ ? at_once + 1 : 0;
    CHECK(at_once <= kTurnsAtOnceMax);
    now_ = std::max(now_, host_.host.next_deadline());
    host_.host.on_timers(now_);
    flush();
  }
  now_ = end;
  host_.host.on_timers(now_);
  flush();
}

void NeighborStory::flush() {
  host_.host.flush();
  for (const Frame& frame : host_.port.take_all_sent()) on_sent(frame);
  CHECK(host_.host.neighbors_count() <= base::kNeighborsMax);
  if (is_blocked_ || host_.is_scarce()) return;
  CHECK(FuzzHost::pool().buffers_in_use() <= base::kPacketsAwaitingNeighborsMax);
}

// --- What left.

void NeighborStory::on_sent(ByteSpan frame) {
  const auto ethernet = wire::parse_ethernet(frame).value();
  CHECK(ethernet.source == kOurMac);
  const ByteSpan payload = frame.subspan(ethernet.bytes);
  switch (ethernet.type) {
    case wire::EtherType::Arp:
      return on_sent_arp(ethernet.destination, payload);
    case wire::EtherType::Ipv4:
      return on_sent_ipv4(ethernet.destination, payload);
    case wire::EtherType::Ipv6:
      return on_sent_ipv6(ethernet.destination, payload);
  }
}

void NeighborStory::on_sent_arp(MacAddress to, ByteSpan bytes) {
  const wire::ArpMessage message = wire::parse_arp(bytes).value();
  CHECK(message.sender_mac == kOurMac && message.sender_ip == kOurs);
  if (message.operation == wire::ArpOperation::Reply) return on_answered();
  if (message.target_ip == kOurs) return;  // an announcement
  CHECK(to == MacAddress::broadcast() || parties_[message.target_ip].believable.contains(to));
  on_asked(message.target_ip);
}

void NeighborStory::on_sent_ipv4(MacAddress to, ByteSpan packet) {
  const wire::Ipv4Header header = wire::parse_ipv4(packet).value();
  CHECK(header.source == kOurs);
  expect_reachable(header.destination, to);
  if (header.protocol != wire::kProtocolIcmp) return;
  const ByteSpan message = packet.first(header.total_bytes).subspan(header.header_bytes);
  CHECK(wire::checksum_of(message) == 0 && message[0] == 0);
  expect_asked_for(message);
}

void NeighborStory::on_sent_ipv6(MacAddress to, ByteSpan packet) {
  const wire::Ipv6Header header = wire::parse_ipv6(packet).value();
  CHECK(is_ours(header.source));
  const ByteSpan message = packet.first(header.total_bytes).subspan(header.header_bytes);
  if (header.protocol == wire::kProtocolIcmpv6 && wire::is_ndp(message[0])) {
    CHECK(header.hop_limit == wire::kHopLimitOfNeighbors);
    return on_sent_ndp(to, wire::parse_ndp(message).value(), header.destination);
  }
  expect_reachable(header.destination, to);
  if (header.protocol != wire::kProtocolIcmpv6) return;
  CHECK(message[0] == 129);
  expect_asked_for(message);
}

void NeighborStory::on_sent_ndp(MacAddress to, const wire::NdpMessage& message,
                                IpAddress destination) {
  const bool to_group = wire::is_multicast_v6(destination);
  CHECK(!to_group || to == wire::multicast_mac(destination) || !message.is_solicited);
  if (message.kind == wire::NdpKind::Solicitation) {
    CHECK(to_group || parties_[message.target].believable.contains(to));
    return on_asked(message.target);
  }
  CHECK(is_ours(message.target));
  if (!message.is_solicited) return;  // an announcement, or the answer to a probe
  expect_reachable(destination, to);
  on_answered();
}

void NeighborStory::on_asked(IpAddress target) {
  Party& asked = parties_[target];
  CHECK(asked.may_be_known && may_be_neighbor(target));
  asked.asked = now_;
}

void NeighborStory::on_answered() {
  CHECK(answers_due_ > 0);
  --answers_due_;
}

void NeighborStory::expect_reachable(IpAddress address, MacAddress to) {
  const Party& party = parties_[address];
  // Who is link-local is answered where he spoke from.
  CHECK(party.believable.contains(to) ||
        (kNearNetwork.contains(address) && party.heard_from.contains(to)));
}

void NeighborStory::expect_asked_for(ByteSpan reply) {
  const auto asked = echoes_.find({reply.begin() + 4, reply.end()});
  CHECK(asked != echoes_.end());
  echoes_.erase(asked);
}

void NeighborStory::expect_nothing_left() {
  for (int i = 0; i < 5; ++i) pass(Duration::from_s(30));
  CHECK(host_.host.neighbors_count() == 0);
  CHECK(host_.host.next_deadline().is_never());
  FuzzHost::expect_no_buffer_in_use();
}

}  // namespace penstock::fuzz
