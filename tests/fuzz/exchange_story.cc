// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/exchange_story.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <utility>

#include "dataplane/base/check.h"
#include "dataplane/nic/eal.h"
#include "tests/fuzz/fragments.h"
#include "tests/fuzz/fuzz_trace.h"
#include "tests/fuzz/request_names.h"
#include "tests/support/eal_environment.h"

namespace penstock::fuzz {
namespace {

using base::Duration;

constexpr std::array<uint16_t, 2> kBackends = {kFirstBackend, kSecondBackend};
constexpr size_t kClientsMax = 8;
constexpr unsigned kSteps = 64;
constexpr uint32_t kSmallWindow = 16 * 1024;
// Longer than all that the proxy waits for, one after the other.
constexpr Duration kPatience = Duration::from_s(400);
constexpr std::array<Duration, 8> kWaits = {
    Duration::from_ms(1), Duration::from_ms(50), Duration::from_ms(300), Duration::from_s(2),
    Duration::from_s(9),  Duration::from_s(11),  Duration::from_s(55),   Duration::from_s(61),
};

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

testing::ProxyWorldSettings settings_for(const ExchangeShape& shape) {
  // Never destroyed: the environment ends with the process, and a pool must not outlive it.
  static Environment& environment = *std::make_unique<Environment>().release();
  testing::ProxyWorldSettings settings;
  settings.proxy = {.downstreams_max = 16, .exchanges_max = 16, .backend_connections_max = 16};
  settings.connections_max = settings.time_wait_max = 64;
  settings.proxy_lent_pool = &*environment.proxy_pool;
  settings.peer_lent_pool = &*environment.peer_pool;
  settings.backend_ports.assign(kBackends.begin(), kBackends.end());
  if (shape.windows == ExchangeShape::Windows::Small) {
    settings.window_bytes = settings.send_buffer_bytes = kSmallWindow;
  }
  return settings;
}

void replace_all(std::string& text, std::string_view what, std::string_view with) {
  for (size_t at = text.find(what); at != std::string::npos; at = text.find(what, at)) {
    text.replace(at, what.size(), with);
    at += with.size();
  }
}

std::string raw(base::ByteSpan bytes) {
  std::string text(base::as_text(bytes));
  std::replace(text.begin(), text.end(), kNameMark, '-');
  return text;
}

std::string much(uint8_t detail) { return std::string(size_t{detail} * 512, 'x'); }

// Who a client says that it is: it has an address of its own in either family.
ConnectionEnds ends_v4(size_t client) {
  const auto host = static_cast<uint32_t>(client + 1);
  return {{base::IpAddress::from_v4(0xc0000200u + host), static_cast<uint16_t>(40'000 + client)},
          {base::IpAddress::from_v4(0xc6336407u), 8080}};
}
ConnectionEnds ends_v6(size_t client) {
  constexpr uint64_t kNetwork = 0x20010db800000000;
  return {{base::IpAddress::from_v6(kNetwork, client + 1), static_cast<uint16_t>(40'000 + client)},
          {base::IpAddress::from_v6(kNetwork, 0xffff), 8080}};
}

// By a number: headers, whole, halved and wrong, and none at all.
std::string introduction(unsigned kind, size_t client) {
  switch (kind) {
    case 0:
      return written_v1(ends_v4(client));
    case 1:
      return written_v2(ends_v4(client));
    case 2:
      return written_v1(ends_v6(client));
    case 3:
      return written_v2(ends_v6(client));
    case 4:
      return std::string(kUnknownV1);
    case 5:
      return local_v2();
    case 6:
      return written_v2(ends_v4(client), "\x04" + std::string(6, '\0'));
    case 7:
      return written_v1(ends_v4(client)).substr(0, 20);
    case 8:
      return written_v1(ends_v4(client)) + written_v1(ends_v6(client));
    case 9:
      return written_v2(ends_v4(client)).substr(0, 20);
    default:
      return {};
  }
}
constexpr unsigned kIntroductions = 11;

}  // namespace

ExchangeStory::ExchangeStory(FuzzProgram program)
    : program_(program),
      shape_(read_shape(program_)),
      world_(snapshot_for(shape_), settings_for(shape_)) {}

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

Transcript* ExchangeStory::client() {
  const bool is_there = current_ < clients_.size() && !clients_[current_].peer->is_over();
  if (!is_there) {
    if (clients_.size() == kClientsMax) return nullptr;
    connect();
  }
  return &clients_[current_];
}

void ExchangeStory::connect() {
  current_ = clients_.size();
  clients_.push_back({.peer = &world_.connect(), .sent = {}});
  world_.settle();
  if (shape_.proxy_header == proxy::ProxyHeader::Required) introduce(clients_[current_]);
}

void ExchangeStory::introduce(Transcript& who) {
  const uint8_t choice = program_.byte();
  const std::string text = introduction(choice / 2 % kIntroductions, current_);
  trace("client", text);
  say(who, text, (choice & 1) != 0 ? Pieces::Two : Pieces::One);
}

// The connections that the proxy opened to backends: those of before, and then the new ones.
std::vector<Transcript>& ExchangeStory::accepted() {
  for (const uint16_t port : kBackends) {
    for (size_t i = 0; i < world_.accepted_count(port); ++i) {
      testing::PeerConnection* const peer = &world_.accepted(port, i);
      const bool is_known = std::any_of(backends_.begin(), backends_.end(),
                                        [peer](const auto& known) { return known.peer == peer; });
      if (!is_known) backends_.push_back({.peer = peer, .sent = {}});
    }
  }
  return backends_;
}

// Those that are open; the program says which of them it means. Those that the proxy has closed
// stand behind the others.
std::vector<Transcript*> ExchangeStory::open_backends() {
  std::vector<Transcript*> open;
  for (Transcript& backend : accepted()) {
    if (!backend.peer->is_over()) open.push_back(&backend);
  }
  std::stable_sort(open.begin(), open.end(), [](const Transcript* a, const Transcript* b) {
    const auto rank = [](const Transcript* who) {
      return std::pair(who->peer->peer_closed(), who->peer->local().port);
    };
    return rank(a) < rank(b);
  });
  return open;
}

// Behind its end nobody says anything.
void ExchangeStory::say(Transcript& who, const std::string& text, Pieces pieces) {
  if (who.has_closed) return;
  const size_t half = pieces == Pieces::Two ? text.size() / 2 : 0;
  who.sent += text;
  who.peer->send(text.substr(0, half));
  if (half > 0) world_.settle();
  who.peer->send(text.substr(half));
  world_.settle();
}

void ExchangeStory::client_says(std::string text, Pieces pieces) {
  Transcript* const who = client();
  if (who == nullptr) return;
  replace_all(text, "@", request_name(current_, requests_++));
  trace("client", text);
  say(*who, text, pieces);
}

// What it answers is the last request whose head it has.
void ExchangeStory::backend_says(std::string text, Pieces pieces) {
  const auto open = open_backends();
  if (open.empty()) return;
  Transcript& who = *open[backend_ % open.size()];
  // Who answers has read what there is.
  who.peer->read_again();
  world_.settle();
  std::string_view stream = who.peer->received();
  if (shape_.announces()) stream.remove_prefix(read_proxy_header(stream).bytes);
  const StrictStream requests = read_requests(stream, Speaker::Product);
  std::string name;
  for (const StrictMessage& request : requests.messages) {
    if (!request.has_head) continue;
    const auto names = names_in(request.target());
    name = names.empty() ? "" : names.front();
  }
  replace_all(text, "@", name);
  trace("backend", text);
  say(who, text, pieces);
}

void ExchangeStory::client_does(uint8_t detail) {
  trace("client", "does something");
  if (detail % 8 == 0 && clients_.size() < kClientsMax) {
    connect();
  } else if (!clients_.empty()) {
    Transcript& who = clients_[current_];
    switch (detail % 8) {
      case 1:
        current_ = detail / 8 % clients_.size();
        break;
      case 2:
        who.peer->abort();
        break;
      case 3:
      case 4:
        who.peer->stop_reading();
        break;
      case 5:
        who.peer->read_again();
        break;
      default:
        who.peer->close();
        who.has_closed = true;
        break;
    }
  }
  world_.settle();
}

void ExchangeStory::backend_does(uint8_t detail) {
  trace("backend", "does something");
  const auto open = open_backends();
  if (detail % 8 == 0) backend_ = detail / 8;
  if (open.empty()) return;
  Transcript& who = *open[backend_ % open.size()];
  switch (detail % 8) {
    case 0:
      break;
    case 1:
      who.peer->abort();
      who.has_closed = false;
      break;
    case 2:
      who.peer->stop_reading();
      break;
    case 3:
      who.peer->read_again();
      break;
    default:
      who.peer->close();
      who.has_closed = true;
      break;
  }
  world_.settle();
}

void ExchangeStory::check_end() {
  CHECK(world_.counters().exchanges_open.read() == 0);
  CHECK(world_.counters().downstream_open.read() == 0);
  ExchangeWitness(shape_, clients_, accepted(), world_.records()).check();
}

}  // namespace penstock::fuzz
