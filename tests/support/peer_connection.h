// SPDX-License-Identifier: Apache-2.0
//
// PeerConnection: one end of a TCP connection, played by a test: a client of the proxy, or a
// backend's side of a connection that the proxy opened. What arrives gathers in a string; what is
// to be sent waits until TCP takes it.
// The world that owns it calls on_ready() and use() in each turn; the test calls the rest between
// turns. Single-threaded.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "dataplane/base/bytes.h"
#include "dataplane/nic/packet_pool.h"
#include "dataplane/tcp/stream.h"

namespace penstock::testing {

class PeerConnection {
 public:
  explicit PeerConnection(tcp::Stream stream) : stream_(stream), local_(stream.local()) {}
  PeerConnection(const PeerConnection&) = delete;
  PeerConnection& operator=(const PeerConnection&) = delete;

  // --- The test acts.
  void send(std::string_view bytes) { outbox_ += bytes; }
  // Fills the room as far as it wants and says how far; zero is the end.
  using Source = std::function<size_t(base::MutableByteSpan)>;
  void send_from(Source source) { source_ = std::move(source); }
  // Behind all that is to be sent.
  void close() { closes_ = true; }
  void abort();
  void stop_reading() { reads_ = false; }
  void read_again() { reads_ = true; }
  // Arriving bytes go there and no longer to received().
  using Sink = std::function<void(base::ByteSpan)>;
  void receive_into(Sink sink) { sink_ = std::move(sink); }

  // --- What the test sees.
  const std::string& received() const { return received_; }
  std::string take_received() { return std::exchange(received_, {}); }
  // The peer sent FIN, behind all that was received.
  bool peer_closed() const { return peer_closed_; }
  // The connection is over, and why.
  bool is_over() const { return over_; }
  tcp::CloseReason close_reason() const { return close_reason_; }
  bool was_reset() const { return over_ && close_reason_ == tcp::CloseReason::Reset; }
  bool is_flushed() const { return outbox_.empty() && !source_; }
  base::Endpoint local() const { return local_; }

  // --- The world's turn.
  void on_ready(const tcp::Ready& ready);
  void use(nic::PacketPool& pool);

 private:
  void read();
  void write(nic::PacketPool& pool);

  tcp::Stream stream_;
  base::Endpoint local_;
  std::string outbox_;
  Source source_;
  std::string received_;
  Sink sink_;
  bool reads_ = true;
  bool closes_ = false;
  bool peer_closed_ = false;
  bool over_ = false;
  tcp::CloseReason close_reason_ = tcp::CloseReason::None;
};

}  // namespace penstock::testing
