// SPDX-License-Identifier: Apache-2.0
//
// What one TCP stack has done, as numbers that any thread may read. Discards are counted by reason
// in wire::DropCounters; here stand the events of a healthy and of an unhealthy network.
// Written by the worker that owns the stack; read by control.
// RFC 4022 names the classic ones (tcpActiveOpens and so on).
#pragma once

#include "dataplane/base/counter.h"

namespace penstock::tcp {

struct StackCounters {
  // Connections.
  base::Counter opened_active;
  base::Counter opened_passive;
  base::Counter open_failed;       // a handshake that ended without a connection
  base::Counter connections_open;  // gauge: all that occupy a slot
  base::Counter half_open;         // gauge: SYN-RECEIVED from a listener
  base::Counter established;       // gauge: ESTABLISHED and CLOSE-WAIT
  base::Counter syn_cookies_sent;
  base::Counter syn_cookies_accepted;
  base::Counter time_wait;          // gauge
  base::Counter time_wait_reused;   // a new SYN, the peer's or ours, took over an old TIME-WAIT
  base::Counter time_wait_evicted;  // the oldest made room before its time
  base::Counter timed_out;          // retransmission gave up (R2)
  base::Counter source_ports_exhausted;  // connections not opened for want of a port
  // Segments.
  base::Counter segments_in;
  base::Counter segments_out;
  base::Counter bytes_in;   // payload delivered in order
  base::Counter bytes_out;  // payload sent, retransmissions included
  base::Counter resets_in;
  base::Counter resets_out;
  // Loss and pressure.
  base::Counter congestion_echoes;  // round trips in which ECN slowed us down
  base::Counter segments_retransmitted;
  base::Counter fast_retransmits;     // recoveries that began before the timer expired
  base::Counter recoveries_spurious;  // D-SACK showed that nothing had been lost
  base::Counter retransmit_timeouts;
  base::Counter timeouts_spurious;  // the originals were only late
  base::Counter tail_loss_probes;
  base::Counter duplicates_reported;  // D-SACK
  base::Counter zero_window_probes;
  base::Counter segments_out_of_order;
  base::Counter segments_duplicate;
  base::Counter challenge_acks;
  base::Counter path_mtu_lowered;      // ICMP said that a segment was too long
  base::Counter path_mtu_black_holes;  // silence did
  base::Counter keep_alive_probes;
  base::Counter pool_empty;   // a segment was due and no buffer was there; it is tried again
  base::Counter port_behind;  // new data waited a turn for the port to catch up
};

}  // namespace penstock::tcp
