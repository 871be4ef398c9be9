// SPDX-License-Identifier: Apache-2.0
//
// Where emitted bytes go. A head may be larger than one packet buffer, so writers append pieces to
// a sink; the proxy's sink appends to a chain of packet buffers, SpanSink to one span.
// A sink that runs out of room remembers that and ignores what follows; its owner asks afterwards.
// Writers append whole runs of fields, so the virtual call is per run and not per byte.
// Called on the worker that owns the exchange.
#pragma once

#include <cstring>
#include <string_view>

#include "dataplane/base/bytes.h"

namespace penstock::http {

class ByteSink {
 public:
  virtual void append(std::string_view bytes) noexcept = 0;

 protected:
  ~ByteSink() = default;
};

class SpanSink final : public ByteSink {
 public:
  explicit SpanSink(base::MutableByteSpan room) noexcept : room_(room) {}

  void append(std::string_view bytes) noexcept override {
    if (overflowed_ || bytes.size() > room_.size() - size_) {
      overflowed_ = true;
      return;
    }
    if (!bytes.empty()) std::memcpy(room_.data() + size_, bytes.data(), bytes.size());
    size_ += bytes.size();
  }

  bool overflowed() const noexcept { return overflowed_; }
  size_t size() const noexcept { return size_; }
  std::string_view text() const noexcept { return base::as_text(room_.first(size_)); }

 private:
  base::MutableByteSpan room_;
  size_t size_ = 0;
  bool overflowed_ = false;
};

}  // namespace penstock::http
