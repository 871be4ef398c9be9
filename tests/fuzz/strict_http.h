// SPDX-License-Identifier: Apache-2.0
//
// A reader of HTTP/1.1 streams that shares no code with the product, so that a mistake there is not
// made twice. What the product says it reads strictly: one request line or status line, fields, one
// framing, chunks without extensions or trailers. What a peer says it reads with the patience that
// RFC 9112 allows where there is one reading: all that the product forwards in any mode, and more.
// It reads a whole stream at once; what is not there yet leaves the last message unfinished. Behind
// a response 101, and behind `messages_max` requests, may come anything: it reads no further there.
// RFC 9112 2 to 7.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace penstock::fuzz {

enum class Speaker : uint8_t { Product, Peer };

struct StrictMessage {
  std::string_view start_line;
  std::vector<std::pair<std::string, std::string_view>> fields;  // names in lower case
  std::vector<std::string_view> pieces;                          // of its payload
  std::string_view bytes;  // of the message, framing included, as far as it came
  size_t head_bytes = 0;   // with the empty lines before it
  bool follows_empty_line = false;
  bool has_head = false;
  bool is_whole = false;

  std::string_view method() const;  // of a request; so with the next three
  std::string_view target() const;
  std::string_view version() const;
  bool offers_upgrade() const { return has("upgrade"); }
  unsigned status() const;  // of a response
  // Another response follows.
  bool is_interim() const { return status() >= 100 && status() < 200 && status() != 101; }

  size_t count(std::string_view name) const;
  bool has(std::string_view name) const { return count(name) > 0; }
  std::string_view value(std::string_view name) const;  // of the first, or empty
  std::string payload() const;
  size_t framed_bytes() const { return bytes.size() - head_bytes; }  // behind its head
};

struct StrictStream {
  std::vector<StrictMessage> messages;  // the last may be unfinished, or wrong
  std::string fault;                    // why a byte was not legal; empty: all were
  std::string_view rest;                // behind a whole message, where it reads no further
};

inline constexpr size_t kAllMessages = SIZE_MAX;
StrictStream read_requests(std::string_view stream, Speaker speaker,
                           size_t messages_max = kAllMessages);

enum class StreamEnd : uint8_t { Open, Closed };
// `methods` of the requests that the final responses answer, in order; for HEAD has no body.
StrictStream read_responses(std::string_view stream, Speaker speaker,
                            const std::vector<std::string>& methods, StreamEnd end);

// Without the spaces and tabs around it.
std::string_view trimmed(std::string_view text);
std::string lowered(std::string_view text);

}  // namespace penstock::fuzz
