// SPDX-License-Identifier: Apache-2.0
//
// Worker: one core's data plane: its interfaces, TCP stack and proxy, turned by a crank.
// turn(now) is a plain function: it takes what arrived, carries each packet as far as it goes, runs
// timers, sends what is due and says when it must be called again. It reads no clock, never waits,
// and knows neither threads nor DPDK devices: run.h turns it on a core, a simulation in a loop.
// Constructed by control; from begin() to end() called by one thread. Nothing allocates after
// construction.
// Invariants: (1) the snapshot pointer is read once a turn; (2) a quiescent state is reported at
// the end of every turn; (3) what a turn produced has been handed to the ports before it returns.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <vector>

#include "dataplane/base/limits.h"
#include "dataplane/base/random.h"
#include "dataplane/base/time.h"
#include "dataplane/net/host.h"
#include "dataplane/nic/packet_pool.h"
#include "dataplane/nic/port_queue.h"
#include "dataplane/nic/steering.h"
#include "dataplane/proxy/proxy.h"
#include "dataplane/tcp/stack.h"
#include "dataplane/worker/channel.h"
#include "dataplane/worker/drain.h"
#include "dataplane/worker/epoch.h"
#include "dataplane/worker/idle.h"
#include "dataplane/worker/mesh.h"
#include "dataplane/worker/switchboard.h"

namespace penstock::worker {

enum class AccessLog : uint8_t { Off, On };

struct WorkerSettings {
  uint32_t index = 0;  // of the worker in its Epoch, its Mesh and the steering of ports
  tcp::StackSettings tcp;
  proxy::ProxySettings proxy;
  base::SecretKey neighbor_key;
  base::Instant now;  // of construction
  AccessLog access_log = AccessLog::Off;
};

// One VLAN of a port.
struct WorkerVlan {
  uint16_t tag = 0;
  std::span<const base::IpPrefix> addresses;
  net::ReplyTo reply_to = net::ReplyTo::Route;
  tcp::SourceAddresses sources = {};
};

// One port as this worker uses it. Interfaces are numbered port by port: the one of untagged
// frames, if it has addresses, and then the VLANs.
struct WorkerPort {
  nic::Port* port = nullptr;
  uint16_t queue = 0;
  std::span<const base::IpPrefix> addresses;
  net::ReplyTo reply_to = net::ReplyTo::Route;
  std::span<const WorkerVlan> vlans = {};
  // Needed when there is a mesh. The port's, or whoever's: it outlives the worker.
  const nic::Steering* steering = nullptr;
  tcp::SourceAddresses sources = {};
};

// What the worker is built on; everything outlives it.
struct WorkerPlaces {
  std::span<const WorkerPort> ports;
  std::span<const net::Route> routes;
  nic::PacketPool& buffers;
  Channel& channel;
  Epoch& epoch;
  Mesh* mesh = nullptr;  // none: the worker is alone
  // What each worker counts of pools, this one's too: bounds are kept over all of them. Empty: the
  // worker is alone.
  upstream::PoolCountersOfWorkers pools_of_workers = {};
  // One of each for all workers; none: no rate limits, no bounds per source.
  base::TokenBuckets* buckets = nullptr;
  base::SharedCounts* source_counts = nullptr;
};

struct TurnResult {
  Activity activity = Activity::Idle;
  // turn() wants to be called then at the latest; never() when only a packet can bring work.
  base::Instant next_deadline;
};

class Worker {
 public:
  Worker(const WorkerSettings& settings, const WorkerPlaces& places);
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;
  ~Worker();

  // Before the first turn: joins the epoch and announces our addresses to the neighbours.
  void begin(base::Instant now) noexcept;
  TurnResult turn(base::Instant now) noexcept;
  // After the last turn: leaves the epoch and tells control.
  void end() noexcept;

  // Drained or stopped, and so is every other: until then frames of theirs may arrive here.
  bool has_ended() const noexcept;
  uint32_t index() const noexcept { return index_; }
  // Around a sleep between two turns: what control replaces need not wait for it.
  void fall_asleep() noexcept;
  void wake_up() noexcept;

 private:
  class AccessMailbox : public proxy::AccessSink {
   public:
    explicit AccessMailbox(Mailbox<proxy::AccessRecord>& mailbox) noexcept : mailbox_(mailbox) {}
    bool post(const proxy::AccessRecord& record) noexcept override { return mailbox_.post(record); }

   private:
    Mailbox<proxy::AccessRecord>& mailbox_;
  };

  void account_for_last_turn(base::Instant now) noexcept;
  bool load_snapshot(base::Instant now) noexcept;
  bool obey_commands(base::Instant now) noexcept;
  bool receive(base::Instant now) noexcept;
  bool receive_from_peers(base::Instant now) noexcept;
  void carry(nic::Packet&& frame, uint8_t port_index, base::Instant now) noexcept;
  bool run_proxy(base::Instant now) noexcept;
  void advance_phase(base::Instant now) noexcept;
  base::Instant earliest_deadline(base::Instant now) const noexcept;
  void sample_gauges() noexcept;

  uint32_t index_;
  nic::PacketPool& buffers_;
  Channel& channel_;
  Epoch& epoch_;
  std::deque<nic::PortQueue> queues_;  // a deque, for a queue does not move; by interface index
  std::vector<tcp::WayOut> ways_;      // by interface index
  const upstream::PoolCounters* own_pools_;
  AccessMailbox access_;
  net::Host host_;
  tcp::Stack stack_;
  proxy::Proxy proxy_;
  Mesh* mesh_;
  std::optional<Switchboard> switchboard_;  // with a mesh

  Drain drain_;
  proxy::Snapshot* snapshot_ = nullptr;  // held
  base::Instant next_deadline_;          // what the last turn promised
  base::Instant turn_began_;             // the last one
  bool has_worked_ = false;              // it received, sent or decided something
  bool has_retired_ = false;             // the others know that it has ended
};

}  // namespace penstock::worker
