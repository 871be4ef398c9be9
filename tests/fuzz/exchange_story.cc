// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/exchange_story.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <optional>

#include "dataplane/base/check.h"
#include "dataplane/nic/eal.h"
#include "tests/fuzz/fragments.h"
#include "tests/support/eal_environment.h"

namespace penstock::fuzz {
namespace {

using base::Duration;
using testing::PeerConnection;

constexpr std::array<uint16_t, 2> kBackends = {testing::kFirstBackendPort,
                                               testing::kFirstBackendPort + 1};
constexpr size_t kClientsMax = 8;
constexpr unsigned kSteps = 64;
constexpr uint32_t kSmallWindow = 16 * 1024;
// Longer than all that the proxy waits for, one after the other.
constexpr Duration kPatience = Duration::from_s(400);
constexpr std::array<Duration, 8> kWaits = {
    Duration::from_ms(1), Duration::from_ms(50), Duration::from_ms(300), Duration::from_s(2),
    Duration::from_s(9),  Duration::from_s(11),  Duration::from_s(55),   Duration::from_s(61),
};
// Around the name of a request, and in nothing that is sent besides.
constexpr char kMark = '~';

// The environment and the pools live as long as the process; a world finds them as the first did.
struct Environment {
  Environment() : eal(nic::Eal::start({.megabytes = 128, .huge_pages = nic::HugePages::Never})) {
    CHECK(eal.ok());
    // Whatever a world expects and does not find ends the process.
    GTEST_FLAG_SET(break_on_failure, true);
    proxy_pool.emplace(testing::make_test_pool({.buffers = 2047, .references = 2047}));
    peer_pool.emplace(testing::make_test_pool({.buffers = 4095, .references = 4095}));
  }

  decltype(nic::Eal::start({})) eal;
  std::optional<nic::PacketPool> proxy_pool;
  std::optional<nic::PacketPool> peer_pool;
};

testing::ProxyWorldSettings settings_for(uint8_t shape) {
  // Never destroyed: the environment ends with the process, and a pool must not outlive it.
  static Environment& environment = *std::make_unique<Environment>().release();
  testing::ProxyWorldSettings settings;
  settings.proxy = {.downstreams_max = 16, .exchanges_max = 16, .backend_connections_max = 16};
  settings.connections_max = settings.time_wait_max = 64;
  settings.proxy_lent_pool = &*environment.proxy_pool;
  settings.peer_lent_pool = &*environment.peer_pool;
  settings.backend_ports.assign(kBackends.begin(), kBackends.end());
  if ((shape & 1) != 0) settings.window_bytes = settings.send_buffer_bytes = kSmallWindow;
  return settings;
}

testing::SnapshotSpec spec_for(uint8_t shape) {
  testing::SnapshotSpec spec;
  const std::vector<uint16_t> both(kBackends.begin(), kBackends.end());
  if ((shape & 2) != 0) spec.pools = {testing::pool_at(both)};
  spec.timeouts.tunnel = Duration::from_s(60);
  return spec;
}

bool is_traced() { return std::getenv("PENSTOCK_FUZZ_TRACE") != nullptr; }

void trace(std::string_view who, std::string_view what) {
  if (is_traced()) std::cerr << who << ": " << what << "\n";
}

void replace_all(std::string& text, std::string_view what, std::string_view with) {
  for (size_t at = text.find(what); at != std::string::npos; at = text.find(what, at)) {
    text.replace(at, what.size(), with);
    at += with.size();
  }
}

// "~3.7~": the seventh request, by the third client.
std::vector<std::string> names_in(std::string_view text) {
  std::vector<std::string> names;
  size_t begin = text.find(kMark);
  while (begin != std::string_view::npos) {
    const size_t end = text.find(kMark, begin + 1);
    if (end == std::string_view::npos) break;
    names.emplace_back(text.substr(begin + 1, end - begin - 1));
    begin = text.find(kMark, end + 1);
  }
  return names;
}
unsigned client_of(const std::string& name) {
  return static_cast<unsigned>(std::stoul(name.substr(0, name.find('.'))));
}
unsigned number_of(const std::string& name) {
  return static_cast<unsigned>(std::stoul(name.substr(name.find('.') + 1)));
}

std::string raw(base::ByteSpan bytes) {
  std::string text(base::as_text(bytes));
  std::replace(text.begin(), text.end(), kMark, '-');
  return text;
}

std::string much(uint8_t detail) { return std::string(size_t{detail} * 512, 'x'); }

}  // namespace

ExchangeStory::ExchangeStory(FuzzProgram program)
    : program_(program), shape_(program_.byte()), world_(spec_for(shape_), settings_for(shape_)) {}

void ExchangeStory::run() {
  for (unsigned i = 0; i < kSteps && !program_.has_ended(); ++i) step();
  trace("all", "are silent");
  world_.run_for(kPatience);
  check_end();
}

// A choice and a detail: most of the time somebody says something.
void ExchangeStory::step() {
  const uint8_t choice = program_.byte() & 15;
  const uint8_t detail = program_.byte();
  const Pieces pieces = (choice & 1) != 0 ? Pieces::Two : Pieces::One;
  if (choice < 4) {
    client_says(std::string(kRequestFragments[detail % kRequestFragments.size()]), pieces);
  } else if (choice < 8) {
    backend_says(std::string(kResponseFragments[detail % kResponseFragments.size()]), pieces);
  } else if (choice < 10) {
    client_says(choice == 8 ? raw(program_.take(detail % 32)) : much(detail), Pieces::One);
  } else if (choice < 12) {
    backend_says(choice == 10 ? raw(program_.take(detail % 32)) : much(detail), Pieces::One);
  } else if (choice == 12) {
    client_does(detail);
  } else if (choice == 13) {
    backend_does(detail);
  } else {
    trace("all", "wait");
    world_.run_for(kWaits[detail % kWaits.size()]);
  }
}

PeerConnection* ExchangeStory::client() {
  const bool is_there = current_ < clients_.size() && !clients_[current_]->is_over();
  if (!is_there) {
    if (clients_.size() == kClientsMax) return nullptr;
    current_ = clients_.size();
    clients_.push_back(&world_.connect());
    world_.settle();
  }
  return clients_[current_];
}

// The connections that the proxy has open to backends; the program says which of them it means.
std::vector<PeerConnection*> ExchangeStory::backends() {
  std::vector<PeerConnection*> open;
  for (const uint16_t port : kBackends) {
    for (size_t i = 0; i < world_.accepted_count(port); ++i) {
      if (!world_.accepted(port, i).is_over()) open.push_back(&world_.accepted(port, i));
    }
  }
  return open;
}

void ExchangeStory::say(PeerConnection& who, const std::string& text, Pieces pieces) {
  const size_t half = pieces == Pieces::Two ? text.size() / 2 : 0;
  who.send(text.substr(0, half));
  if (half > 0) world_.settle();
  who.send(text.substr(half));
  world_.settle();
}

void ExchangeStory::client_says(std::string text, Pieces pieces) {
  PeerConnection* const who = client();
  if (who == nullptr) return;
  const std::string name = std::to_string(current_) + "." + std::to_string(requests_++);
  replace_all(text, "@", kMark + name + kMark);
  trace("client", text);
  say(*who, text, pieces);
}

// What it answers is the last request whose head it has.
void ExchangeStory::backend_says(std::string text, Pieces pieces) {
  const auto open = backends();
  if (open.empty()) return;
  PeerConnection& who = *open[backend_ % open.size()];
  // Who answers has read what there is.
  who.read_again();
  world_.settle();
  const StrictStream requests = read_requests(who.received());
  std::string name;
  for (const StrictMessage& request : requests.messages) {
    if (!request.has_head) continue;
    const auto names = names_in(request.target());
    name = names.empty() ? "" : kMark + names.front() + kMark;
  }
  replace_all(text, "@", name);
  trace("backend", text);
  say(who, text, pieces);
}

void ExchangeStory::client_does(uint8_t detail) {
  trace("client", "does something");
  if (detail % 8 == 0 && clients_.size() < kClientsMax) {
    current_ = clients_.size();
    clients_.push_back(&world_.connect());
  } else if (!clients_.empty()) {
    PeerConnection& who = *clients_[current_];
    switch (detail % 8) {
      case 1:
        current_ = detail / 8 % clients_.size();
        break;
      case 2:
        who.abort();
        break;
      case 3:
      case 4:
        who.stop_reading();
        break;
      case 5:
        who.read_again();
        break;
      default:
        who.close();
        break;
    }
  }
  world_.settle();
}

void ExchangeStory::backend_does(uint8_t detail) {
  trace("backend", "does something");
  const auto open = backends();
  if (detail % 8 == 0) backend_ = detail / 8;
  if (open.empty()) return;
  PeerConnection& who = *open[backend_ % open.size()];
  switch (detail % 8) {
    case 0:
      break;
    case 1:
      who.abort();
      break;
    case 2:
      who.stop_reading();
      break;
    case 3:
      who.read_again();
      break;
    default:
      who.close();
      break;
  }
  world_.settle();
}

void ExchangeStory::check_end() {
  CHECK(world_.counters().exchanges_open.read() == 0);
  CHECK(world_.counters().downstream_open.read() == 0);
  check_backends();
  for (size_t index = 0; index < clients_.size(); ++index) check_client(index);
}

void ExchangeStory::check_backends() {
  for (const uint16_t port : kBackends) {
    for (size_t i = 0; i < world_.accepted_count(port); ++i) {
      const StrictStream requests = read_requests(world_.accepted(port, i).received());
      if (!requests.fault.empty()) trace("fault", requests.fault);
      const bool may_be_tunnel =
          std::any_of(requests.messages.begin(), requests.messages.end(),
                      [](const StrictMessage& message) { return message.offers_upgrade(); });
      CHECK(requests.fault.empty() || may_be_tunnel);
    }
  }
}

void ExchangeStory::check_client(size_t index) {
  const PeerConnection& client = *clients_[index];
  std::vector<std::string> methods;
  std::vector<unsigned> statuses;
  for (const proxy::AccessRecord& record : world_.records()) {
    if (record.client.port != client.local().port) continue;
    methods.emplace_back(record.method.view());
    statuses.push_back(record.status);
  }
  const StreamEnd end = client.peer_closed() ? StreamEnd::Closed : StreamEnd::Open;
  const StrictStream responses = read_responses(client.received(), methods, end);
  if (!responses.fault.empty()) trace("fault", responses.fault);
  CHECK(responses.fault.empty());
  size_t finals = 0;
  std::string last;
  for (const StrictMessage& response : responses.messages) {
    trace("response", response.bytes);
    for (const std::string& name : names_in(response.bytes)) {
      CHECK(client_of(name) == index);
      CHECK(last.empty() || number_of(name) > number_of(last));
    }
    if (!response.has_head || response.is_interim()) continue;
    CHECK(finals < statuses.size() && statuses[finals] == response.status());
    ++finals;
    const auto names = names_in(response.bytes);
    if (!names.empty()) last = names.back();
  }
}

}  // namespace penstock::fuzz
