// SPDX-License-Identifier: Apache-2.0
//
// A strict reader of HTTP/1.1 streams as a sender must write them: one request line or status line,
// fields, one framing, chunks without extensions or trailers. It judges what leaves the product and
// shares no code with it, so that a mistake there is not made twice.
// It reads a whole stream at once; what is not there yet leaves the last message unfinished. Behind
// a response 101 may come anything: it reads no further there.
// RFC 9112 2 to 7.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace penstock::fuzz {

struct StrictMessage {
  std::string_view start_line;
  std::vector<std::pair<std::string, std::string_view>> fields;  // names in lower case
  std::string_view bytes;  // of the message, framing included, as far as it came
  bool has_head = false;
  bool is_whole = false;

  std::string_view target() const;  // of a request
  bool offers_upgrade() const;      // behind it may come anything, if the other side takes it
  unsigned status() const;          // of a response
  // Another response follows.
  bool is_interim() const { return status() >= 100 && status() < 200 && status() != 101; }
};

struct StrictStream {
  std::vector<StrictMessage> messages;  // the last may be unfinished
  std::string fault;                    // why a byte was not legal; empty: all were
};

StrictStream read_requests(std::string_view stream);

enum class StreamEnd : uint8_t { Open, Closed };
// `methods` of the requests that the final responses answer, in order; for HEAD has no body.
StrictStream read_responses(std::string_view stream, const std::vector<std::string>& methods,
                            StreamEnd end);

}  // namespace penstock::fuzz
