// SPDX-License-Identifier: Apache-2.0
//
// Scenario: everything that one simulated world will be and meet: who is there, over which links,
// who asks whom for what and how, and what goes wrong when. All of it follows from one seed, before
// the world begins, so that it can be printed, replayed and cut down by hand.
// It is a plan: the world (sim_world.h) carries it out. Times count from the world's beginning.
// Any thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "dataplane/base/time.h"
#include "dataplane/nic/packet_pool.h"
#include "dataplane/tcp/stack.h"
#include "tests/sim/sim_link.h"

namespace penstock::testing {

struct ExchangePlan {
  enum class RequestBody : uint8_t { None, Length, Chunked };
  // How the backend frames its answer; DieHalfway resets the connection in the middle of it. ByRule
  // is answered by Penstock, which has a rule for it.
  enum class Answer : uint8_t { Length, Chunked, UntilClose, DieHalfway, ByRule };

  uint32_t id = 0;  // of the whole world; the bodies follow from it
  RequestBody request_body = RequestBody::None;
  uint32_t request_bytes = 0;
  Answer answer = Answer::Length;
  uint32_t answer_bytes = 0;
  // The backend writes its answer in so many parts, with pauses between them.
  uint32_t parts = 1;
  base::Duration pause = {};
};

// At most so many bytes at a time, then a pause; without a bound when 0.
struct Pacing {
  uint32_t bytes = 0;
  base::Duration pause = {};
};

struct ConversationPlan {
  enum class Order : uint8_t { OneByOne, Pipelined };
  enum class Ending : uint8_t {
    Close,      // when all is answered
    HalfClose,  // FIN behind the last request; the answers are still read
    Reset,      // in the middle, after reset_after bytes either way
    Idle,       // when Penstock has lost its patience and closed first
  };

  uint32_t client = 0;
  base::Duration start = {};
  Order order = Order::OneByOne;
  Ending ending = Ending::Close;
  uint32_t reset_after = 0;
  base::Duration think = {};  // before each request
  Pacing reading = {};
  Pacing writing = {};
  std::vector<ExchangePlan> exchanges = {};
};

struct FaultPlan {
  enum class Kind : uint8_t {
    ArpSilence,        // a station neither asks nor answers
    LinkDown,          // a station's link carries nothing
    MtuHole,           // a station's link swallows what is larger than `amount` bytes
    PoolHoard,         // all but `amount` of a worker's packet buffers are gone
    PortBehind,        // the workers' ports take no frame
    WorkerStall,       // a worker is not turned
    BackendCrash,      // the process is killed: resets, then refusals, until it is started again
    BackendPowerLoss,  // the machine is gone without a word, and comes back knowing nothing
    MembershipChurn,   // backends are drained, removed and added, `amount` times
    SnapshotStorm,     // `amount` snapshots in a burst
    Drain,             // the workers are told to finish, in the middle of their work
  };

  Kind kind = Kind::LinkDown;
  base::Duration start = {};
  base::Duration length = {};
  uint32_t target = 0;  // a station, clients first, then backends; or a worker, by the remainder
  uint32_t amount = 0;
};

// A client's or a backend's host, and its link.
struct StationPlan {
  enum class Family : uint8_t { V4, V6 };
  LinkPlan link = {};
  Family family = Family::V4;
  uint32_t network = 0;  // of its side: untagged, or a VLAN
  // What its TCP offers.
  bool sack = true;
  bool timestamps = true;
  uint16_t mss = 1440;
};

struct Scenario {
  // Whether every exchange must succeed. Where backends die or memory is gone, an exchange may
  // end with an error that is named; its bytes are never wrong, and afterwards everything works.
  enum class Judgement : uint8_t { Strict, Tolerant };
  // How the ports spread segments over the workers' queues.
  enum class Wire : uint8_t {
    Nic,          // by the key and table that they say they have
    NicForV4,     // the same for IPv4; IPv6 by a hash that nobody knows
    LyingNic,     // they say one key and use another
    Rules,        // by rules about our port's low bits; what no rule is about, as they like
    UnknownHash,  // by a hash that nobody knows
  };

  uint64_t seed = 0;
  Judgement judgement = Judgement::Strict;
  uint32_t workers = 1;
  Wire wire = Wire::Nic;  // where there are several workers
  // A worker that has nothing to do sees what another hands it so much later, at the most.
  base::Duration sleep = {};
  // Source ports towards one backend that each worker has on each of our addresses, times four and
  // roughly; 0: all that there are. Where they are few, a request may be refused for want of one.
  uint32_t source_ports = 0;
  uint32_t source_addresses = 1;  // that connections to backends open from, in each network
  std::vector<StationPlan> clients;
  std::vector<StationPlan> backends;
  // Of each worker; worlds spend half their time on making pools.
  nic::PacketPoolSizes worker_pool = {.buffers = 4095, .references = 4095};
  tcp::CongestionAlgorithm congestion = tcp::CongestionAlgorithm::Cubic;
  tcp::SynCookies syn_cookies = tcp::SynCookies::WhenHalfOpenFull;
  uint32_t receive_window_bytes = 0;
  uint32_t send_buffer_bytes = 0;
  // A worker turns at most once in this time; what arrives meanwhile is a burst.
  base::Duration turn_time;
  std::vector<ConversationPlan> conversations;
  std::vector<FaultPlan> faults;

  uint32_t stations() const { return static_cast<uint32_t>(clients.size() + backends.size()); }
};

Scenario draw_scenario(uint64_t seed);

// The scenario in words, a line for each thing.
std::string describe(const Scenario& scenario);

std::string_view to_text(FaultPlan::Kind kind);

// A world in which nothing goes wrong, for a test to fill.
Scenario calm_scenario(uint32_t clients, uint32_t backends);

}  // namespace penstock::testing
