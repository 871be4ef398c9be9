// SPDX-License-Identifier: Apache-2.0
//
// Signals: what an operator tells a running process, read like any other input instead of
// interrupting it. SIGTERM and SIGINT ask for the end, SIGHUP for a reload.
// Constructed before any other thread is: it blocks these signals, and SIGIO, and threads inherit
// that. SIGIO is net_tap's way to say that frames are there; a worker's thread opens it for itself,
// so that it is the one that wakes.
// Control thread.
#pragma once

#include <cstdint>
#include <optional>

#include "dataplane/base/time.h"

namespace penstock::daemon {

enum class Signal : uint8_t { End, Reload };

class Signals {
 public:
  Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;
  ~Signals();

  // Waits at most so long for the next one.
  std::optional<Signal> wait(base::Duration at_most);

 private:
  int file_;
};

}  // namespace penstock::daemon
