// SPDX-License-Identifier: Apache-2.0
//
// Where emitted bytes go. A head may be larger than one packet buffer, so writers append pieces to
// a sink; the proxy's sink appends to a chain of packet buffers, SpanSink to one span.
// A sink that runs out of room remembers that and ignores what follows; its owner asks afterwards.
// Most pieces are a few bytes: they are copied in place, and only what does not fit is a call.
// Called on the worker that owns the exchange.
#pragma once

#include <cstring>
#include <string_view>

#include "dataplane/base/bytes.h"

namespace penstock::http {

class ByteSink {
 public:
  void append(std::string_view bytes) noexcept {
    if (bytes.size() > static_cast<size_t>(end_ - at_)) return append_beyond(bytes);
    // A null pointer with no bytes is legal for a view and not for memcpy().
    if (!bytes.empty()) std::memcpy(at_, bytes.data(), bytes.size());
    at_ += bytes.size();
  }

 protected:
  ByteSink() noexcept = default;
  explicit ByteSink(base::MutableByteSpan room) noexcept
      : at_(room.data()), end_(room.data() + room.size()) {}
  ByteSink(const ByteSink&) = delete;
  ByteSink& operator=(const ByteSink&) = delete;
  ~ByteSink() = default;

  // `bytes` do not fit the room: finds more, or none.
  virtual void append_beyond(std::string_view bytes) noexcept = 0;

  // The room that is left.
  uint8_t* at_ = nullptr;
  uint8_t* end_ = nullptr;
};

class SpanSink final : public ByteSink {
 public:
  explicit SpanSink(base::MutableByteSpan room) noexcept : ByteSink(room), room_(room) {}

  bool overflowed() const noexcept { return overflowed_; }
  size_t size() const noexcept { return static_cast<size_t>(at_ - room_.data()); }
  std::string_view text() const noexcept { return base::as_text(room_.first(size())); }

 private:
  void append_beyond(std::string_view) noexcept override {
    overflowed_ = true;
    end_ = at_;
  }

  base::MutableByteSpan room_;
  bool overflowed_ = false;
};

}  // namespace penstock::http
