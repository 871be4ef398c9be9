// SPDX-License-Identifier: Apache-2.0
//
// Moves one body from the stream it arrives on to the stream it leaves by, re-framed on the way:
// payload slices are handed over, framing is read from one side and written anew for the other.
// It stops when the receiver is full (back pressure: what is not taken closes the sender's window),
// when there is nothing to move, or when the body is over.
// Called by the conductor, for either direction, on the worker that owns the exchange.
// Invariants: (1) payload leaves in order, once; (2) the end is written exactly once; (3) nothing
// is taken from the source behind the body's end.
#pragma once

#include <cstdint>
#include <string_view>

#include "dataplane/http/body_decoder.h"
#include "dataplane/http/body_encoder.h"
#include "dataplane/http/framing.h"
#include "dataplane/nic/slice.h"
#include "dataplane/tcp/stream.h"

namespace penstock::proxy {

class BodyPump {
 public:
  // No body: done from the start.
  BodyPump() noexcept = default;
  // `arriving` is how the body is framed by its sender, `leaving` how the receiver gets it.
  BodyPump(http::Framing arriving, http::Framing leaving) noexcept
      : decoder_(arriving),
        encoder_(leaving.kind),
        done_(decoder_.is_complete() && !encoder_.marks_end()) {}

  enum class State : uint8_t {
    Starved,    // wants more bytes from its source
    Blocked,    // the receiver takes no more now
    NoBuffers,  // the packet pool is at its limit; try again a little later
    Done,       // all was written, the end included
    Malformed,  // see error()
  };
  // What leaves is put behind `kept` too, for whoever may have to send it again; see kept_all().
  State move(tcp::Stream from, tcp::Stream to, nic::PacketPool& pool,
             nic::SliceQueue* kept = nullptr) noexcept;

  // The sender closed its side. False when that truncates the body.
  [[nodiscard]] bool on_source_closed() noexcept {
    return decoder_.on_peer_closed() == http::BodyDecoder::Closed::Complete;
  }

  bool is_done() const noexcept { return done_; }
  // False when the pool had no reference left for something that was to be kept.
  bool kept_all() const noexcept { return kept_all_; }
  // All of the body has been taken from the source.
  bool is_source_complete() const noexcept { return decoder_.is_complete() && pending_ == 0; }
  // Something has left for the receiver: payload, or the mark at the end of a body without any.
  bool has_written() const noexcept {
    return payload_bytes() > 0 || (done_ && encoder_.marks_end());
  }
  http::Framing::Kind leaving() const noexcept { return encoder_.kind(); }
  uint64_t payload_bytes() const noexcept { return decoder_.payload_bytes(); }
  // Fields behind the body were discarded.
  bool has_trailers() const noexcept { return decoder_.has_trailers(); }
  http::ReplyReason error() const noexcept { return error_; }

 private:
  // Drops framing from the front of the source; false when it is malformed.
  bool find_payload(nic::SliceQueue& source) noexcept;
  // Where a body goes.
  struct Target {
    tcp::Stream stream;
    nic::PacketPool& pool;
    nic::SliceQueue* kept;
  };
  bool write_payload(nic::SliceQueue& source, uint32_t count, Target& to) noexcept;
  bool write_end(Target& to) noexcept;
  bool write_text(std::string_view text, Target& to) noexcept;
  void write(nic::Slice&& slice, Target& to) noexcept;

  http::BodyDecoder decoder_;
  http::BodyEncoder encoder_;
  http::ReplyReason error_ = http::ReplyReason::None;
  // Payload at the front of the source that the decoder has passed and nobody has moved yet.
  uint32_t pending_ = 0;
  bool done_ = true;
  bool kept_all_ = true;
};

}  // namespace penstock::proxy
