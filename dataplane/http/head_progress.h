// SPDX-License-Identifier: Apache-2.0
//
// How far a head has come that arrives in pieces: what its codec remembers of the bytes between two
// calls, so that each is looked at once and none is kept. Opaque to all but the codec.
// A client's connection has one, and an exchange another for the response.
// Owned by the connection or exchange that it belongs to, on one worker.
#pragma once

#include <cstdint>

#include "dataplane/http/h1/head_scanner.h"

namespace penstock::http {

class HeadProgress {
 public:
  using Verdict = h1::HeadScanner::Verdict;

  // Bytes that the codec was shown and that did not end the head.
  uint64_t seen() const noexcept { return lines_.seen(); }
  // For another head.
  void reset() noexcept { lines_.reset(); }

 private:
  friend class Codec;

  h1::HeadScanner lines_;
};

}  // namespace penstock::http
