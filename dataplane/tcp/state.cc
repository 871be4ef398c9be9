// SPDX-License-Identifier: Apache-2.0
#include "dataplane/tcp/state.h"

namespace penstock::tcp {

static_assert(!is_legal_edge(State::Established, State::Established));
static_assert(!is_legal_edge(State::Closed, State::Established));

std::string_view to_text(State state) noexcept {
  switch (state) {
    case State::Closed:
      return "closed";
    case State::Listen:
      return "listen";
    case State::SynSent:
      return "syn_sent";
    case State::SynReceived:
      return "syn_received";
    case State::Established:
      return "established";
    case State::FinWait1:
      return "fin_wait_1";
    case State::FinWait2:
      return "fin_wait_2";
    case State::CloseWait:
      return "close_wait";
    case State::Closing:
      return "closing";
    case State::LastAck:
      return "last_ack";
    case State::TimeWait:
      return "time_wait";
  }
  return "unknown";
}

}  // namespace penstock::tcp
