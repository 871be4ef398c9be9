// SPDX-License-Identifier: Apache-2.0
//
// load_generator PLAN SOCKET_FOLDER CORE [QUEUES]: plays clients and origins on two vhost-user
// devices, SOCKET_FOLDER/client.sock and SOCKET_FOLDER/backend.sock, on one core. It obeys lines on
// standard input and answers each with a line of JSON on standard output:
//   open                  opens all connections; answers when each has been served once
//   run SECONDS RATE      lets requests pass at RATE a second, 0: as fast as answers come
// and ends with the end of its input.
#include <poll.h>
#include <rte_eal.h>
#include <unistd.h>

#include <cstdio>
#include <exception>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "bench/load/clients.h"
#include "bench/load/load_plan.h"
#include "bench/load/origins.h"
#include "bench/load/vhost_wire.h"
#include "dataplane/base/clock.h"

namespace penstock::load {
namespace {

using nlohmann::json;

constexpr uint32_t kBuffers = 32'767;
constexpr uint64_t kOpenNsMax = 60'000'000'000;
constexpr uint32_t kRoundsBetweenOrders = 4096;

uint64_t now_ns() { return static_cast<uint64_t>(base::monotonic_now().ns()); }

class Generator {
 public:
  Generator(const LoadPlan& plan, const std::string& folder, uint16_t queues)
      : client_wire_("net_vhost0,iface=" + folder + "/client.sock,queues=" + std::to_string(queues),
                     queues, kBuffers),
        origin_wire_(
            "net_vhost1,iface=" + folder + "/backend.sock,queues=" + std::to_string(queues), queues,
            kBuffers),
        clients_(plan, pattern_, client_wire_),
        origins_(plan, pattern_, origin_wire_) {}

  // Until standard input ends.
  void obey() {
    std::cout << json{{"ready", true}} << std::endl;
    while (true) {
      for (uint32_t i = 0; i < kRoundsBetweenOrders; ++i) turn(now_ns());
      pollfd input{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
      if (poll(&input, 1, 0) <= 0) continue;
      std::string line;
      if (!std::getline(std::cin, line)) return;
      std::cout << on_order(line) << std::endl;
    }
  }

 private:
  json on_order(const std::string& line) {
    std::istringstream words(line);
    std::string verb;
    double seconds = 0;
    double rate = 0;
    words >> verb >> seconds >> rate;
    if (verb == "open") return open();
    if (verb == "run" && seconds > 0) return run(static_cast<uint64_t>(seconds * 1e9), rate);
    return {{"error", "not understood: " + line}};
  }

  json open() {
    const uint64_t began = now_ns();
    clients_.open(began);
    while (!clients_.is_warm()) {
      const uint64_t now = now_ns();
      turn(now);
      if (now - began > kOpenNsMax) return {{"error", "the connections do not open"}};
    }
    return {{"open", true},
            {"seconds", static_cast<double>(now_ns() - began) / 1e9},
            {"failed", clients_.results().failed},
            {"first_failure", clients_.results().first_failure}};
  }

  json run(uint64_t duration_ns, double rate) {
    const TransportCounters before = sum();
    const uint64_t connections = origins_.connections();
    const uint64_t began = now_ns();
    busy_ns_ = 0;
    clients_.begin(rate, began);
    uint64_t now = began;
    while (now - began < duration_ns) {
      const bool busy = turn(now);
      const uint64_t after = now_ns();
      if (busy) busy_ns_ += after - now;
      now = after;
    }
    const ClientResults results = clients_.results();
    clients_.end();
    const TransportCounters after = sum();
    const Histogram& latency = clients_.latency();
    return {{"seconds", static_cast<double>(now - began) / 1e9},
            {"requests", results.requests},
            {"failed", results.failed},
            {"first_failure", results.first_failure},
            {"body_bytes", results.body_bytes},
            {"bodies_verified", results.bodies_verified},
            {"other_heads", results.other_heads},
            {"slow_bodies", results.slow_bodies},
            {"late", results.late},
            {"origin_connections", origins_.connections() - connections},
            {"wrong_requests", origins_.wrong_requests()},
            {"segments",
             after.segments_in + after.segments_out - before.segments_in - before.segments_out},
            {"resent", after.resent - before.resent},
            {"out_of_order", after.out_of_order - before.out_of_order},
            {"busy_share", static_cast<double>(busy_ns_) / static_cast<double>(now - began)},
            {"latency_ns",
             {{"p50", latency.percentile(50)},
              {"p99", latency.percentile(99)},
              {"p999", latency.percentile(99.9)}}}};
  }

  // True when anything came or went.
  bool turn(uint64_t now) {
    uint32_t frames = client_wire_.receive([this](Bytes frame) { clients_.prefetch(frame); },
                                           [&](Bytes frame) { clients_.on_frame(frame, now); });
    frames += origin_wire_.receive([this](Bytes frame) { origins_.prefetch(frame); },
                                   [&](Bytes frame) { origins_.on_frame(frame, now); });
    clients_.end_burst(now);
    origins_.end_burst(now);
    clients_.on_time(now);
    origins_.on_time(now);
    frames += client_wire_.flush();
    frames += origin_wire_.flush();
    return frames > 0;
  }

  TransportCounters sum() const {
    TransportCounters sum = clients_.transport();
    const TransportCounters& other = origins_.transport();
    sum.segments_in += other.segments_in;
    sum.segments_out += other.segments_out;
    sum.resent += other.resent;
    sum.out_of_order += other.out_of_order;
    return sum;
  }

  VhostWire client_wire_;
  VhostWire origin_wire_;
  Pattern pattern_;
  Clients clients_;
  Origins origins_;
  uint64_t busy_ns_ = 0;
};

std::string read_file(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error(path + " cannot be read");
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

void start_dpdk(const std::string& core) {
  std::vector<std::string> words = {"load_generator",
                                    "--lcores=0@" + core,
                                    "--no-pci",
                                    "--in-memory",
                                    "--no-telemetry",
                                    "--log-level=*:error",
                                    "--file-prefix=penstock-load-" + std::to_string(getpid()),
                                    "-m",
                                    "512"};
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  if (rte_eal_init(static_cast<int>(argv.size()), argv.data()) < 0) {
    throw std::runtime_error("DPDK does not start: it needs 512 MiB of huge pages");
  }
}

}  // namespace
}  // namespace penstock::load

int main(int argc, char** argv) {
  if (argc < 4) {
    std::cerr << "usage: load_generator PLAN SOCKET_FOLDER CORE [QUEUES]\n";
    return 2;
  }
  try {
    using namespace penstock::load;
    const LoadPlan plan = parse_load_plan(read_file(argv[1]));
    start_dpdk(argv[3]);
    {
      Generator generator(plan, argv[2], static_cast<uint16_t>(argc > 4 ? std::stoi(argv[4]) : 1));
      generator.obey();
    }
    rte_eal_cleanup();
    return 0;
  } catch (const std::exception& error) {
    std::cerr << "load_generator: " << error.what() << '\n';
    return 1;
  }
}
