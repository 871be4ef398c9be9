// SPDX-License-Identifier: Apache-2.0
//
// run(): turns one worker on the calling thread until it has ended: the clock is sampled once a
// turn, and when there is nothing to do the thread rests as Idle decides.
// A signal wakes a sleeper early: net_tap raises one when a frame arrives, so a thread that runs a
// worker must not block SIGIO.
// Called on a thread that is pinned to the worker's core and known to DPDK.
#pragma once

#include "dataplane/worker/idle.h"
#include "dataplane/worker/worker.h"

namespace penstock::worker {

void run(Worker& worker, IdleMode idle_mode) noexcept;

}  // namespace penstock::worker
