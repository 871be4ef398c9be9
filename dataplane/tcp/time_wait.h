// SPDX-License-Identifier: Apache-2.0
//
// TIME-WAIT: small records of connections that are over, kept so that the peer's last FIN is
// answered and old segments meet nobody else. The slot of the connection itself is free by then.
// All records wait equally long, so they stand in order of expiry and need no timers. At the limit
// the oldest makes room: it has waited longest.
// Called by the worker that owns the stack.
// RFC 9293 3.6.1 (MUST-13), 3.10.7.4; RFC 6191 (when a new connection may take over); RFC 1337
// (resets do not end the wait).
#pragma once

#include <cstdint>

#include "dataplane/base/list.h"
#include "dataplane/base/slab.h"
#include "dataplane/base/time.h"
#include "dataplane/net/next_hop.h"
#include "dataplane/tcp/flow_key.h"
#include "dataplane/tcp/seq.h"
#include "dataplane/tcp/timestamps.h"

namespace penstock::tcp {

struct TimeWaitTag {};

struct TimeWaitRecord : base::ListNode<TimeWaitTag> {
  TimeWaitRecord(const FlowKey& key, uint32_t flow_hash) noexcept : flow(key), hash(flow_hash) {}

  FlowKey flow;
  uint32_t hash;
  Seq snd_nxt;
  Seq rcv_nxt;
  Timestamps timestamps;
  uint16_t window = 0;  // as it was last on the wire
  net::NextHopCache next_hop;
  base::Instant expires;
};

class TimeWaitTable {
 public:
  explicit TimeWaitTable(uint32_t capacity) : slab_(capacity) {}
  ~TimeWaitTable();

  bool is_full() const noexcept { return slab_.in_use() == slab_.capacity(); }
  uint32_t capacity() const noexcept { return slab_.capacity(); }
  // The one that expires first; nullptr when there is none.
  TimeWaitRecord* oldest() noexcept { return order_.front(); }
  base::Instant next_deadline() const noexcept;

  // Not when it is full. `expires` is not before any other's.
  TimeWaitRecord& add(const FlowKey& flow, uint32_t hash, base::Instant expires) noexcept;
  // The peer's FIN came again: the wait starts anew.
  void restart(TimeWaitRecord& record, base::Instant expires) noexcept;
  void remove(TimeWaitRecord& record) noexcept;

  uint32_t index_of(const TimeWaitRecord& record) const noexcept { return slab_.index_of(record); }
  TimeWaitRecord& at(uint32_t index) noexcept { return slab_.at(index); }

 private:
  base::Slab<TimeWaitRecord> slab_;
  base::List<TimeWaitRecord, TimeWaitTag> order_;
};

}  // namespace penstock::tcp
