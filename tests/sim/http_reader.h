// SPDX-License-Identifier: Apache-2.0
//
// HttpReader: a small and strict reader of HTTP/1.1 messages for simulated peers. It shares no code
// with the product, so that a mistake there is not made twice; what it does not understand is a
// failed CHECK, for both peers only meet what they are meant to.
// Single-threaded.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace penstock::testing {

struct HttpMessage {
  std::string start_line;
  std::map<std::string, std::string> fields;  // names in lower case
  std::string body;
  bool is_cut_short = false;  // the stream ended in the middle of it

  uint16_t status() const;     // of a response
  std::string method() const;  // of a request
  std::string target() const;  // of a request
};

class HttpReader {
 public:
  enum class Kind : uint8_t { Requests, Responses };
  explicit HttpReader(Kind kind) : kind_(kind) {}

  void feed(std::string_view bytes) { input_ += bytes; }
  void end() { has_ended_ = true; }
  // The next message that is there as a whole, or that the end has cut short.
  std::optional<HttpMessage> next();

 private:
  enum class Part : uint8_t { Head, Length, ChunkLine, ChunkData, Trailer, UntilClose, Done };

  bool step();
  bool read_head();
  bool read_data(Part afterwards);
  bool read_chunk_line();
  std::optional<std::string> read_line();
  Part body_part() const;

  Kind kind_;
  Part part_ = Part::Head;
  std::string input_;
  size_t at_ = 0;
  uint64_t left_ = 0;
  HttpMessage message_;
  bool has_ended_ = false;
};

}  // namespace penstock::testing
