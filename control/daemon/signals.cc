// SPDX-License-Identifier: Apache-2.0
#include "control/daemon/signals.h"

#include <poll.h>
#include <pthread.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <csignal>

#include "dataplane/base/check.h"

namespace penstock::daemon {

Signals::Signals() {
  sigset_t read;
  sigemptyset(&read);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&read, signal);
  sigset_t blocked = read;
  sigaddset(&blocked, SIGIO);
  CHECK(pthread_sigmask(SIG_BLOCK, &blocked, nullptr) == 0);
  // A client of the admin socket that goes away is an error of its write, not our end.
  CHECK(std::signal(SIGPIPE, SIG_IGN) != SIG_ERR);
  file_ = signalfd(-1, &read, SFD_NONBLOCK | SFD_CLOEXEC);
  CHECK(file_ >= 0);
}

Signals::~Signals() { close(file_); }

std::optional<Signal> Signals::wait(base::Duration at_most) {
  pollfd readable{.fd = file_, .events = POLLIN, .revents = 0};
  if (poll(&readable, 1, static_cast<int>(at_most.ms())) <= 0) return std::nullopt;
  signalfd_siginfo info{};
  if (read(file_, &info, sizeof info) != sizeof info) return std::nullopt;
  return info.ssi_signo == SIGHUP ? Signal::Reload : Signal::End;
}

}  // namespace penstock::daemon
