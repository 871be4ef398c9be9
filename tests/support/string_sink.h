// SPDX-License-Identifier: Apache-2.0
//
// A ByteSink that gathers all that is emitted in a string.
#pragma once

#include <string>
#include <string_view>

#include "dataplane/http/byte_sink.h"

namespace penstock::support {

class StringSink final : public http::ByteSink {
 public:
  std::string text;

 private:
  void append_beyond(std::string_view bytes) noexcept override { text += bytes; }
};

}  // namespace penstock::support
