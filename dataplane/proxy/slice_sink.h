// SPDX-License-Identifier: Apache-2.0
//
// A ByteSink that fills packet buffers: what is emitted becomes slices, ready for a stream.
// When the pool is at its limit it remembers that and drops what follows; its user asks ok().
// Used on the stack of one call on one worker.
#pragma once

#include <string_view>

#include "dataplane/http/byte_sink.h"
#include "dataplane/nic/slice.h"

namespace penstock::proxy {

class SliceSink final : public http::ByteSink {
 public:
  explicit SliceSink(nic::PacketPool& pool) noexcept : pool_(pool) {}

  bool ok() const noexcept { return ok_; }
  // All that was appended, in order.
  nic::SliceQueue take() noexcept;

 private:
  void append_beyond(std::string_view bytes) noexcept override;
  // Goes on in a fresh buffer; ok_ says whether there was one.
  void begin_slice() noexcept;
  // Makes what was written part of the buffer at hand.
  void commit() noexcept;

  nic::PacketPool& pool_;
  nic::SliceQueue full_;
  nic::Slice current_;
  bool ok_ = true;
};

}  // namespace penstock::proxy
