// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/tcp_conversation.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <utility>
#include <variant>

#include "dataplane/base/check.h"

namespace penstock::fuzz {

using base::Duration;
using testing::TcpSegmentSpec;
using wire::TcpFlag;
using wire::TcpFlags;

namespace {

constexpr uint16_t kPeerPort = 5000;
// Turns that one pause may take; a worker that stalls skips the rest.
constexpr int kTurnsPerPause = 300;
// Turns without time or news in which what is due must have been done.
constexpr int kTurnsAtOnceMax = 8;
// Answers of an honest peer without any progress; with back-off that is more than an hour.
constexpr int kVainAnswersMax = 80;

}  // namespace

TcpConversation::Choices::Choices(FuzzProgram& program) {
  const uint8_t shape = program.byte();
  we_open = (shape & 1) != 0;
  peer_lies = (shape & 2) != 0;
  peer_scales = (shape & 4) != 0;
  peer_sacks = (shape & 8) != 0;
  peer_stamps = (shape & 16) != 0;
  skips_handshake = (shape & 32) != 0;
  if ((shape & 64) != 0) peer_mss = 100;
  if ((shape & 128) != 0) peer_isn = UINT32_MAX - 500;
  const uint8_t sizes = program.byte();
  constexpr std::array<uint32_t, 4> kWindows{32'000, 1000, 4000, 256 * 1024};
  stack.receive_window_bytes = kWindows[sizes & 3];
  stack.send_buffer_bytes = (sizes & 4) != 0 ? 3000 : 64'000;
  peer_shift = static_cast<uint8_t>(sizes >> 4);
  if ((sizes & 8) != 0) {
    stack.syn_cookies = tcp::SynCookies::Always;
    stack.keep_alive.idle = Duration::from_s(10);
  }
  stack.connections_max = 4;
  stack.half_open_max = 2;
  stack.time_wait_max = 2;
  stack.mss = 1000;
  stack.isn_key = {3, 4};
}

TcpConversation::TcpConversation(FuzzProgram program)
    : program_(program),
      choices_(program_),
      stack_(choices_.stack, FuzzHost::pool(), host_.host),
      witness_(choices_.peer_isn),
      ours_(testing::endpoint("10.0.0.2", kOurPort)),
      peers_(testing::endpoint("10.0.0.1", kPeerPort)) {}

void TcpConversation::run() {
  open();
  while (!program_.has_ended()) act();
  end();
}

void TcpConversation::open() {
  // Asking for our MAC address makes the peer's known.
  host_.port.deliver(testing::build_arp({testing::mac(1), base::MacAddress::broadcast()},
                                        {.operation = wire::ArpOperation::Request,
                                         .sender_mac = testing::mac(1),
                                         .sender_ip = peers_.address,
                                         .target_mac = {},
                                         .target_ip = ours_.address}));
  CHECK(stack_.listen(ours_, 0).ok());
  if (choices_.we_open) {
    auto opened = stack_.connect(peers_, {}, now_);
    CHECK(opened.ok());
    stream_ = *opened;
    ours_ = stream_.local();
  }
  turn();
  if (choices_.skips_handshake) return;
  send_syn(choices_.we_open ? TcpFlag::Syn | TcpFlag::Ack : TcpFlags(TcpFlag::Syn));
  turn();
  if (!choices_.we_open) acknowledge(0);
  turn();
}

void TcpConversation::act() {
  // Two connections of one instant would begin with the same number.
  now_ = now_ + Duration::from_us(8);
  const uint8_t choice = program_.byte();
  turns_at_once_ = (choice & 0x80) == 0;
  const uint8_t step = choice & 0x7f;
  if (step < 64) {
    act_as_peer(step & 15);
  } else if (step < 96) {
    act_as_user(step & 7);
  } else {
    act_as_world(step & 7);
  }
  if (turns_at_once_) turn();
}

void TcpConversation::act_as_user(uint8_t choice) {
  switch (choice) {
    case 0:
    case 1:
      return read(INT64_MAX);
    case 2:
      return read(program_.byte() * 4);
    case 3:
    case 4:
      return write(program_.byte() * 16);
    case 5:
      return write(program_.byte());
    case 6:
      return close();
    default:
      // One in many, or few programs would be long.
      if (program_.byte() == 0xa5) abort();
  }
}

void TcpConversation::act_as_world(uint8_t choice) {
  switch (choice) {
    case 0:
    case 1:
    case 2:
      return pass(Duration::from_us(int64_t{1} << (program_.byte() % 28)));
    case 3:
      host_.give_buffers_back();
      return host_.leave_buffers(program_.byte());
    case 4:
      return host_.give_buffers_back();
    case 5:
      is_blocked_ = true;
      return host_.port.limit_transmission(program_.byte());
    case 6:
      is_blocked_ = false;
      return host_.port.limit_transmission(UINT32_MAX);
    default:
      return pass(Duration::from_ms(40));
  }
}

// --- The user.

void TcpConversation::read(int64_t bytes_max) {
  if (!stream_) return;
  nic::SliceQueue& queue = stream_.received();
  while (!queue.empty() && bytes_max > 0) {
    const auto bytes =
        static_cast<uint32_t>(std::min(bytes_max, static_cast<int64_t>(queue.front().size())));
    witness_.on_user_read(queue.front().first(bytes));
    queue.trim_front(bytes);
    bytes_max -= bytes;
  }
  stream_.consumed();
}

void TcpConversation::write(int64_t bytes) {
  if (!stream_ || !stream_.is_established() || witness_.is_closed()) return;
  if (stream_.close_reason() != tcp::CloseReason::None) return;
  while (bytes > 0 && stream_.write_space() > 0) {
    nic::Slice slice = FuzzHost::pool().allocate_slice();
    if (!slice) return;
    const int64_t part = std::min(bytes, int64_t{nic::PacketPool::kDataBytes});
    std::ranges::copy(our_pattern().at(witness_.written(), static_cast<size_t>(part)),
                      slice.room().begin());
    slice.commit(static_cast<uint32_t>(part));
    witness_.on_user_wrote(part);
    stream_.write(std::move(slice));
    bytes -= part;
  }
}

void TcpConversation::close() {
  if (!stream_ || !stream_.is_established()) return;
  witness_.on_user_closed();
  stream_.close();
}

void TcpConversation::abort() {
  if (!stream_) return;
  stream_.abort();
  std::exchange(stream_, {}).release();
}

// --- The world.

void TcpConversation::turn() {
  FuzzHost::pool().sample_pressure();
  std::array<nic::Packet, base::kBurstPackets> burst;
  while (const uint32_t count = host_.queue.receive(burst)) {
    for (uint32_t i = 0; i < count; ++i) {
      auto arrival = host_.host.on_frame(std::exchange(burst[i], nic::Packet()), 0, now_);
      if (auto* datagram = std::get_if<net::IpDatagram>(&arrival)) {
        stack_.stage(std::move(*datagram));
      } else if (const auto* error = std::get_if<wire::IcmpError>(&arrival)) {
        stack_.on_icmp_error(*error, now_);
      }
    }
    stack_.carry_staged(now_);
  }
  host_.host.on_timers(now_);
  stack_.on_timers(now_);
  while (const auto ready = stack_.take_ready()) on_ready(*ready);
  stack_.flush(now_);
  host_.host.flush();
  collect_sent();
}

void TcpConversation::on_ready(const tcp::Ready& ready) {
  tcp::Stream stream = ready.stream;
  if (ready.accepted) {
    // Nobody has time for strangers.
    if (stream.remote() != peers_ || stream.local() != ours_) return stream.release();
    CHECK(!stream_);
    stream_ = stream;
    witness_.on_accepted();
  }
  CHECK(stream == stream_);
  if (!ready.closed) return;
  CHECK(stream.close_reason() != tcp::CloseReason::None);
  read(INT64_MAX);
  if (stream.close_reason() == tcp::CloseReason::Finished && fin_at_ && !witness_.is_ambiguous()) {
    CHECK(witness_.read() == *fin_at_);
  }
  std::exchange(stream_, {}).release();
}

void TcpConversation::collect_sent() {
  for (const testing::Frame& frame : host_.port.take_all_sent()) {
    const base::ByteSpan bytes(frame);
    if (wire::parse_ethernet(bytes).value().type == wire::EtherType::Arp) {
      answer_arp(bytes.subspan(wire::kEthernetHeaderBytes));
      continue;
    }
    const TcpSegmentSpec segment = testing::read_tcp_frame(bytes);
    tell(segment);
    if (segment.destination == peers_ && segment.source == ours_) {
      witness_.on_we_sent(segment);
      if (lost_ == 0) witness_.on_peer_heard(segment);
      if (lost_ > 0) --lost_;
      continue;
    }
    const uint32_t stranger = segment.destination.port - kStrangerPort;
    CHECK(stranger < stranger_isns_.size());
    if (segment.flags.syn()) stranger_isns_[stranger] = segment.sequence;
  }
}

// With PENSTOCK_FUZZ_TRACE set, an input tells its story: fuzz target and input as arguments.
void TcpConversation::tell(const TcpSegmentSpec& segment) const {
  static const bool wanted = std::getenv("PENSTOCK_FUZZ_TRACE") != nullptr;
  if (!wanted) return;
  std::fprintf(stderr, "%10.6f %s\n", static_cast<double>((now_ - FuzzHost::kStart).ns()) / 1e9,
               testing::describe(segment).c_str());
}

void TcpConversation::answer_arp(base::ByteSpan message) {
  const auto asked = wire::parse_arp(message);
  if (asked->operation != wire::ArpOperation::Request) return;
  if (asked->target_ip != peers_.address) return;
  host_.port.deliver(testing::build_arp({testing::mac(1), testing::mac(2)},
                                        {.operation = wire::ArpOperation::Reply,
                                         .sender_mac = testing::mac(1),
                                         .sender_ip = asked->target_ip,
                                         .target_mac = testing::mac(2),
                                         .target_ip = asked->sender_ip}));
}

base::Instant TcpConversation::next_deadline() const {
  return host_.port.arriving_count() > 0
             ? now_
             : base::earlier(stack_.next_deadline(), host_.host.next_deadline());
}

void TcpConversation::pass(Duration time) {
  const base::Instant end = now_ + time;
  int at_once = 0;
  for (int turns = 0; turns < kTurnsPerPause && next_deadline() <= end; ++turns) {
    at_once = next_deadline() <= now_ ? at_once + 1 : 0;
    // What waits for a port or a buffer may be due for long.
    if (at_once > kTurnsAtOnceMax && is_blocked_) break;
    CHECK(at_once <= kTurnsAtOnceMax);
    now_ = std::max(now_, next_deadline());
    turn();
  }
  now_ = end;
  turn();
}

// --- The end.

void TcpConversation::end() {
  host_.give_buffers_back();
  is_blocked_ = false;
  lost_ = 0;
  host_.port.limit_transmission(UINT32_MAX);
  turn();
  if (!choices_.peer_lies && !witness_.is_ambiguous()) heal();
  abort();
  expect_nothing_left();
}

void TcpConversation::heal() {
  const auto progress = [this] {
    return std::array{witness_.acknowledged(), witness_.heard().in_order_end(), witness_.read(),
                      static_cast<int64_t>(witness_.has_our_answer())};
  };
  auto before = progress();
  for (int vain = 0; stream_ || stack_.counters().half_open.read() > 0; ++vain) {
    CHECK(vain < kVainAnswersMax);
    read(INT64_MAX);
    close();
    turn();
    answer_honestly();
    turn();
    if (std::exchange(before, progress()) != before) {
      vain = 0;
    } else {
      const base::Instant next = std::min(next_deadline(), now_ + Duration::from_s(100));
      pass(std::max(next - now_, Duration::from_ms(1)));
    }
  }
}

void TcpConversation::expect_nothing_left() {
  // Longer than any connection without a user and any TIME-WAIT.
  for (int i = 0; i < 10; ++i) pass(Duration::from_s(60));
  CHECK(stack_.connections_open() == 0);
  CHECK(stack_.counters().half_open.read() == 0);
  CHECK(stack_.counters().established.read() == 0);
  CHECK(stack_.counters().time_wait.read() == 0);
  CHECK(stack_.next_deadline().is_never());
  FuzzHost::expect_no_buffer_in_use();
}

}  // namespace penstock::fuzz
