// SPDX-License-Identifier: Apache-2.0
//
// Shared: what all connections of one stack have in common: memory, tables, timers, lists, the way
// out to the network, and the counters. It holds them; Stack and the rule files work on them.
// Everything is sized at construction; nothing allocates afterwards.
// Owned by one Stack, on one worker.
// Invariants: (1) every connection that is not Closed and every TIME-WAIT record is in `flows`
// once; (2) an index in `flows` with kTimeWaitBit set is a record's, without it a connection's.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "dataplane/base/flow_map.h"
#include "dataplane/base/list.h"
#include "dataplane/base/slab.h"
#include "dataplane/base/timer_wheel.h"
#include "dataplane/net/host.h"
#include "dataplane/nic/packet_pool.h"
#include "dataplane/tcp/answer_budget.h"
#include "dataplane/tcp/assembler.h"
#include "dataplane/tcp/connection.h"
#include "dataplane/tcp/listener_table.h"
#include "dataplane/tcp/sack_scoreboard.h"
#include "dataplane/tcp/segment.h"
#include "dataplane/tcp/source_port.h"
#include "dataplane/tcp/stack.h"
#include "dataplane/tcp/stack_counters.h"
#include "dataplane/tcp/time_wait.h"
#include "dataplane/wire/drop_reason.h"

namespace penstock::tcp {

struct Shared {
  static constexpr uint32_t kTimeWaitBit = 1u << 31;

  Shared(const StackSettings& stack_settings, nic::PacketPool& packet_pool, net::Host& ip_host);
  ~Shared();

  // The index of what is known under `flow`: see invariant 2; FlowMap::kNone when nothing is.
  uint32_t find(const FlowKey& flow) noexcept {
    return find(flow, hash_of(flow, settings.flow_key));
  }
  uint32_t find(const FlowKey& flow, uint32_t hash) noexcept;
  bool any_delayed() const noexcept;
  // Touches those whose port has caught up, in the order of waiting, before all others.
  void touch_delayed() noexcept;
  // Brings the connection that is probably meant by this hash nearer.
  void prefetch(uint32_t hash) noexcept;

  const StackSettings settings;
  // Packet buffers that one connection may pin while there are plenty.
  const uint32_t receive_slices_max;
  const uint32_t send_slices_max;
  nic::PacketPool& pool;
  net::Host& host;
  StackCounters counters;
  wire::DropCounters drops;

  base::Slab<Connection> connections;
  base::Slab<Assembler> assemblers;
  SegmentCells segments;
  TimeWaitTable time_wait;
  base::FlowMap flows;
  ListenerTable listeners;
  SourcePorts source_ports;
  base::TimerWheel<Connection> timers;

  base::List<Connection, OpenTag> open;        // every slot in use
  base::List<Connection, TouchedTag> touched;  // the next flush looks at these
  // By interface: the next flush in which the port has caught up looks at these.
  std::array<base::List<Connection, TouchedTag>, base::kInterfacesMax> delayed;
  base::List<Connection, ReadyTag> ready;  // something to report

  // Segments of the burst at hand, understood and waiting for carry_staged().
  struct Staged {
    std::optional<Segment> segment;
    uint32_t hash = 0;
  };
  std::array<Staged, base::kBurstPackets> staged;
  uint32_t staged_count = 0;

  AnswerBudget challenge_acks;
  AnswerBudget resets;
  // A cookie that was sent is good until then.
  base::Instant cookies_good_until = base::Instant::from_ns(INT64_MIN);
};

}  // namespace penstock::tcp
