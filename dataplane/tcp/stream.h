// SPDX-License-Identifier: Apache-2.0
//
// Stream: what tls and proxy see of a TCP connection: bytes in, bytes out, close, and why it ended.
// It is a plain pointer in disguise, valid from the event that announced it until its user calls
// release(). Nothing here sends a packet at once: output leaves at the end of the turn
// (Stack::flush), so that data, ACK and FIN share segments.
// Used by the worker that owns the stack. Calls never allocate.
// Invariants: (1) after release() the stream is not used again; (2) the stack reports each change
// through Stack::take_ready() and never calls up.
// RFC 9293 3.10 (user calls).
#pragma once

#include <cstdint>

#include "dataplane/base/address.h"
#include "dataplane/nic/slice.h"

namespace penstock::tcp {

class Connection;

// Why a connection is over, as its user needs to know it.
enum class CloseReason : uint8_t {
  None,            // it is not over
  Finished,        // both sides sent FIN and all was acknowledged
  Reset,           // the peer sent RST
  Refused,         // the peer answered our SYN with RST
  ConnectTimeout,  // the peer never answered our SYN
  TimedOut,        // retransmission gave up (RFC 9293 3.8.3 R2)
  Unreachable,     // no route or no neighbour
  Aborted,         // we sent RST
};

// Which side of the proxy a stream belongs to, and the user's own index: the stack carries it back
// with each event and never looks inside.
struct StreamUser {
  enum class Kind : uint8_t { None, Downstream, Upstream, Probe };
  Kind kind = Kind::None;
  uint32_t index = 0;
};

class Stream {
 public:
  Stream() noexcept = default;
  explicit Stream(Connection* connection) noexcept : connection_(connection) {}
  explicit operator bool() const noexcept { return connection_ != nullptr; }
  bool operator==(const Stream&) const noexcept = default;

  // --- What is true now.
  bool is_established() const noexcept;  // the handshake is complete (and stays true afterwards)
  bool peer_closed() const noexcept;     // FIN arrived and all bytes before it are in received()
  CloseReason close_reason() const noexcept;
  base::Endpoint local() const noexcept;
  base::Endpoint remote() const noexcept;

  // --- Receiving. Bytes in order; whoever takes slices or trims calls consumed() afterwards.
  nic::SliceQueue& received() noexcept;
  // Tells the stack that received() shrank, so that the window is opened to the peer again.
  void consumed() noexcept;

  // --- Sending.
  // Bytes that write() will still take before the send buffer is full. write() itself never
  // refuses: one slice may overshoot, and its user then waits for the Writable event.
  uint32_t write_space() const noexcept;
  // Bytes written and not yet acknowledged by the peer.
  uint32_t bytes_unacknowledged() const noexcept;
  void write(nic::Slice slice) noexcept;
  // A place in what was written: it is the same later exactly when the peer has acknowledged
  // nothing in between.
  uint32_t acknowledged_mark() const noexcept;
  // False once something had to be sent again that is not acknowledged yet: it may have come all
  // the same, and the acknowledgment be lost.
  bool acknowledgments_are_sound() const noexcept;
  // Takes back what was written and not acknowledged, from a stream that is given up: after FIN or
  // RST of the peer, until abort() or release(). Where a slice is acknowledged in part, all of it.
  nic::SliceQueue take_unacknowledged() noexcept;
  // FIN behind all that was written (half-close: receiving goes on).
  void close() noexcept;
  // RST now; what was not sent is discarded.
  void abort() noexcept;

  // --- The user's tie to the connection.
  void set_user(StreamUser user) noexcept;
  StreamUser user() const noexcept;
  // The user forgets the stream. The stack finishes an orderly close alone (FIN is sent if it was
  // not; bytes that still arrive are answered by RST, RFC 9293 3.6), or frees a dead connection.
  void release() noexcept;

 private:
  Connection* connection_ = nullptr;
};

// What happened to a stream since it was last reported; several at once are one event.
struct Ready {
  Stream stream;
  StreamUser user;
  bool accepted = false;  // new from a listener; `user` is the listener's (kind None, index = tag)
  bool connected = false;
  bool readable = false;
  bool writable = false;  // after write_space() was 0: half of the buffer is free again
  bool peer_closed = false;
  bool closed = false;  // see close_reason(); the user must release()
};

}  // namespace penstock::tcp
