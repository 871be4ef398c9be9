// SPDX-License-Identifier: Apache-2.0
//
// What a congestion control must be able to do, and which one a connection has. It decides how much
// may be in flight; which segment is lost is decided in loss.h, and it never sends anything.
// A concept and not a base class: it is asked for every ACK (DESIGN.md 4). A second algorithm
// makes `Congestion` a variant of both.
// RFC 5681, RFC 6582.
#pragma once

#include <concepts>
#include <cstdint>

#include "dataplane/tcp/new_reno.h"

namespace penstock::tcp {

template <class T>
concept CongestionControl = requires(T control, const T& view, uint32_t bytes) {
  { view.window() }
  noexcept->std::same_as<uint32_t>;
  { control.on_acknowledged(bytes) }
  noexcept;  // new bytes, outside recovery
  { control.on_recovery_started(bytes) }
  noexcept;  // fast retransmit; bytes in flight
  { control.on_duplicate_in_recovery() }
  noexcept;  // a segment has left the network
  { control.on_partly_acknowledged(bytes) }
  noexcept;  // new bytes, still in recovery
  { control.on_recovery_ended(bytes) }
  noexcept;  // bytes in flight
  { control.on_timeout(bytes) }
  noexcept;  // first expiry for a segment; in flight
  { control.on_timeout_repeated() }
  noexcept;  // the same segment expired again
  { control.on_idle() }
  noexcept;  // nothing was sent for an RTO
};

using Congestion = NewReno;
static_assert(CongestionControl<Congestion>);

}  // namespace penstock::tcp
