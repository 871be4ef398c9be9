// SPDX-License-Identifier: Apache-2.0
//
// The states of a connection and the table of all legal changes between them, each with the section
// of RFC 9293 that allows it. Connection::enter() is the only writer and checks every change here.
// The table says what may happen, not when: that is segment_arrives.cc, user_calls.cc, timers.cc.
// Any thread.
// RFC 9293 3.3.2 (figure 5), 3.10.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace penstock::tcp {

enum class State : uint8_t {
  Closed,
  Listen,
  SynSent,
  SynReceived,
  Established,
  FinWait1,
  FinWait2,
  CloseWait,
  Closing,
  LastAck,
  TimeWait,
};

struct StateEdge {
  State from;
  State to;
  std::string_view section;  // of RFC 9293
};

inline constexpr std::array kStateEdges = {
    // Opening.
    StateEdge{State::Closed, State::Listen, "3.10.1"},
    StateEdge{State::Closed, State::SynSent, "3.10.1"},
    StateEdge{State::Listen, State::SynReceived, "3.10.7.2"},
    StateEdge{State::SynSent, State::SynReceived, "3.10.7.3"},
    StateEdge{State::SynSent, State::Established, "3.10.7.3"},
    StateEdge{State::SynReceived, State::Established, "3.10.7.4"},
    // We close first.
    StateEdge{State::SynReceived, State::FinWait1, "3.10.4"},
    StateEdge{State::Established, State::FinWait1, "3.10.4"},
    StateEdge{State::FinWait1, State::FinWait2, "3.10.7.4"},
    StateEdge{State::FinWait1, State::Closing, "3.10.7.4"},
    StateEdge{State::FinWait1, State::TimeWait, "3.10.7.4"},
    StateEdge{State::FinWait2, State::TimeWait, "3.10.7.4"},
    StateEdge{State::Closing, State::TimeWait, "3.10.7.4"},
    // The peer closes first.
    StateEdge{State::Established, State::CloseWait, "3.10.7.4"},
    StateEdge{State::CloseWait, State::LastAck, "3.10.4"},
    StateEdge{State::LastAck, State::Closed, "3.10.7.4"},
    // The end, orderly (TIME-WAIT) or by reset, abort or time-out.
    StateEdge{State::Listen, State::Closed, "3.10.4"},
    StateEdge{State::SynSent, State::Closed, "3.10.4"},
    StateEdge{State::SynReceived, State::Closed, "3.10.5"},
    StateEdge{State::Established, State::Closed, "3.10.5"},
    StateEdge{State::FinWait1, State::Closed, "3.10.5"},
    StateEdge{State::FinWait2, State::Closed, "3.10.5"},
    StateEdge{State::CloseWait, State::Closed, "3.10.5"},
    StateEdge{State::Closing, State::Closed, "3.10.5"},
    StateEdge{State::TimeWait, State::Closed, "3.10.8"},
};

// By state: a bit for each that may follow.
inline constexpr auto kLegalNext = [] {
  std::array<uint32_t, static_cast<size_t>(State::TimeWait) + 1> next{};
  for (const StateEdge& edge : kStateEdges) {
    next[static_cast<size_t>(edge.from)] |= 1u << static_cast<unsigned>(edge.to);
  }
  return next;
}();

constexpr bool is_legal_edge(State from, State to) noexcept {
  return (kLegalNext[static_cast<size_t>(from)] >> static_cast<unsigned>(to) & 1) != 0;
}

// The handshake is complete and neither reset nor the last ACK has ended the connection.
constexpr bool is_synchronized(State state) noexcept { return state >= State::Established; }

// The peer may still send bytes that we accept.
constexpr bool may_receive(State state) noexcept {
  return state == State::Established || state == State::FinWait1 || state == State::FinWait2;
}

// Our user may still write.
constexpr bool may_write(State state) noexcept {
  return state == State::SynSent || state == State::SynReceived || state == State::Established ||
         state == State::CloseWait;
}

// "syn_received": for logs.
std::string_view to_text(State state) noexcept;

}  // namespace penstock::tcp
