// SPDX-License-Identifier: Apache-2.0
//
// sim_goodput: how fast one bulk transfer of our own TCP is over a link with loss and delay, in
// virtual time, next to what CUBIC's equation says. Prints a table in Markdown.
// The equation (RFC 9438 5, equation 5 with C = 0.4, and for where NewReno is faster 4.3) is for
// losses in even distances, so that is how the link loses; one packet in 1/p.
// The losses of real links are not even; --random shows how far that leads away from the equation.
//   sim_goodput [--newreno] [--random]
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>
#include <utility>

#include "dataplane/base/check.h"
#include "dataplane/nic/eal.h"
#include "tests/sim/sim_link.h"
#include "tests/sim/sim_peer.h"
#include "tests/support/tcp_node.h"

namespace penstock::testing {
namespace {

using base::Duration;
using base::Instant;

// More segments than the widest window of the grid; limits.h pins at most kSendSlicesMax buffers.
constexpr uint32_t kWindowBytes = 4 * 1024 * 1024;
constexpr double kSegmentBytes = 1448;  // with time stamps
constexpr uint64_t kBitsPerSecond = 1'000'000'000;
constexpr uint32_t kLossesWarmUp = 20;
constexpr uint32_t kLossesMeasured = 200;

enum class Losses : uint8_t { Even, Random };

struct Path {
  uint32_t lose_every = 100;
  Duration round_trip;
  Losses losses = Losses::Even;
};

TcpNodeSettings node_settings(uint8_t number, tcp::CongestionAlgorithm algorithm) {
  TcpNodeSettings settings{.address = {base::IpAddress::from_v4(0x0a000000u + number), 24},
                           .mac_last = number};
  settings.features = {.multi_segment = true};
  settings.pool = {.buffers = 16'383, .references = 16'383};
  settings.stack.connections_max = 16;
  settings.stack.half_open_max = 16;
  settings.stack.time_wait_max = 16;
  settings.stack.receive_window_bytes = kWindowBytes;
  settings.stack.send_buffer_bytes = kWindowBytes;
  settings.stack.congestion = algorithm;
  return settings;
}

// A sender, a receiver and the two directions between them.
class Transfer {
 public:
  Transfer(const Path& path, tcp::CongestionAlgorithm algorithm)
      : sender_(node_settings(1, algorithm)),
        receiver_(node_settings(2, algorithm)),
        forth_(lossy(path), 1),
        back_(lossless(path), 2) {
    const base::Endpoint server{base::IpAddress::from_v4(0x0a000002u), 80};
    CHECK(receiver_.stack.listen(server, 0).ok());
    auto stream = sender_.stack.connect(server, {}, now_);
    CHECK(stream.ok());
    stream_ = *stream;
  }
  ~Transfer() {
    stream_.release();
    if (arriving_) arriving_.release();
  }

  double bits_per_second() {
    while (forth_.lost() < kLossesWarmUp) step();
    const uint64_t bytes = received_;
    const Instant begin = now_;
    while (forth_.lost() < kLossesWarmUp + kLossesMeasured) step();
    return static_cast<double>(received_ - bytes) * 8e9 / static_cast<double>((now_ - begin).ns());
  }

 private:
  static LinkPlan lossless(const Path& path) {
    LinkPlan plan;
    plan.delay = path.round_trip / 2;
    plan.bits_per_second = kBitsPerSecond;
    plan.queue_bytes = kWindowBytes;
    return plan;
  }
  static LinkPlan lossy(const Path& path) {
    LinkPlan plan = lossless(path);
    if (path.losses == Losses::Even) {
      plan.lose_every = path.lose_every;
    } else {
      plan.loss = 10'000 / path.lose_every;
    }
    return plan;
  }

  void step() {
    carry(sender_, forth_, receiver_);
    carry(receiver_, back_, sender_);
    if (is_due(sender_, now_)) turn_sender();
    if (is_due(receiver_, now_)) turn_receiver();
    carry(sender_, forth_, receiver_);
    carry(receiver_, back_, sender_);
    Instant next = base::earlier(forth_.next_deadline(), back_.next_deadline());
    next = base::earlier(next, sender_.next_deadline());
    next = base::earlier(next, receiver_.next_deadline());
    now_ = std::max(next, now_ + Duration::from_us(1));
  }

  void carry(TcpNode& from, SimLink& link, TcpNode& to) {
    while (from.port.sent_count() > 0) link.send(from.port.take_sent(), now_);
    while (auto frame = link.take_arrived(now_)) to.port.deliver(std::move(*frame));
  }

  void turn_sender() {
    sender_.receive(now_);
    while (const auto ready = sender_.stack.take_ready()) CHECK(!ready->closed);
    if (stream_.is_established()) {
      if (text_.empty()) text_.assign(1'000'000, 'x');
      write_some(stream_, text_, text_.size(), sender_.pool);
    }
    sender_.send(now_);
  }

  void turn_receiver() {
    receiver_.receive(now_);
    while (const auto ready = receiver_.stack.take_ready()) {
      CHECK(!ready->closed);
      arriving_ = ready->stream;
    }
    if (arriving_) {
      received_ += arriving_.received().bytes();
      arriving_.received().clear();
      arriving_.consumed();
    }
    receiver_.send(now_);
  }

  Instant now_ = Instant::from_ns(1'000'000'000);
  TcpNode sender_;
  TcpNode receiver_;
  SimLink forth_;
  SimLink back_;
  tcp::Stream stream_;
  tcp::Stream arriving_;
  std::string text_;
  uint64_t received_ = 0;
};

// The average window in segments. CUBIC is never slower than what it estimates of NewReno.
double window_of(double loss, double seconds, tcp::CongestionAlgorithm algorithm) {
  const double reno = std::sqrt(1.5 / loss);
  if (algorithm == tcp::CongestionAlgorithm::NewReno) return reno;
  constexpr double kC = 0.4;
  constexpr double kBeta = 0.7;
  const double cubic = std::pow(kC * (3 + kBeta) / (4 * (1 - kBeta)), 0.25) *
                       std::pow(seconds, 0.75) / std::pow(loss, 0.75);
  return std::max(cubic, reno);
}

void print_table(tcp::CongestionAlgorithm algorithm, Losses losses) {
  constexpr std::array kLoseEvery = {20u, 50u, 100u, 200u, 500u, 1000u, 2000u, 5000u, 10'000u};
  constexpr std::array kRoundTripsMs = {5, 20, 50, 100, 200};
  std::printf("| loss |");
  for (const int ms : kRoundTripsMs) std::printf(" %d ms |", ms);
  std::printf("\n| ---: |");
  for (size_t i = 0; i < kRoundTripsMs.size(); ++i) std::printf(" ---: |");
  std::printf("\n");
  for (const uint32_t every : kLoseEvery) {
    std::printf("| %.3g %% |", 100.0 / every);
    for (const int ms : kRoundTripsMs) {
      const Path path{.lose_every = every, .round_trip = Duration::from_ms(ms), .losses = losses};
      const double window = window_of(1.0 / every, ms / 1e3, algorithm);
      const double wanted = std::min(window * kSegmentBytes * 8e3 / ms, 0.95 * kBitsPerSecond);
      const double goodput = Transfer(path, algorithm).bits_per_second();
      std::printf(" %.2f (%.0f %%) |", goodput / 1e6, goodput / wanted * 100);
      std::fflush(stdout);
    }
    std::printf("\n");
  }
}

}  // namespace
}  // namespace penstock::testing

int main(int argc, char** argv) {
  using penstock::tcp::CongestionAlgorithm;
  using penstock::testing::Losses;
  auto algorithm = CongestionAlgorithm::Cubic;
  auto losses = Losses::Even;
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "--newreno") == 0) algorithm = CongestionAlgorithm::NewReno;
    if (std::strcmp(argv[i], "--random") == 0) losses = Losses::Random;
  }
  const auto eal =
      penstock::nic::Eal::start({.megabytes = 512, .huge_pages = penstock::nic::HugePages::Never});
  if (!eal) {
    std::fprintf(stderr, "%s\n", eal.error().c_str());
    return 1;
  }
  penstock::testing::print_table(algorithm, losses);
  return 0;
}
