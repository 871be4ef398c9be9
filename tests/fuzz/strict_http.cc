// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/strict_http.h"

#include <algorithm>
#include <cctype>
#include <optional>

namespace penstock::fuzz {
namespace {

constexpr std::string_view kLineEnd = "\r\n";
enum class Kind : uint8_t { Requests, Responses };

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return c < 0x80 &&
           (std::isalnum(c) != 0 ||
            std::string_view("!#$%&'*+-.^_`|~").find(static_cast<char>(c)) != std::string::npos);
  });
}

bool is_text(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](unsigned char c) { return c == '\t' || (c >= 0x20 && c != 0x7f); });
}

bool is_visible(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(),
                                      [](unsigned char c) { return c > 0x20 && c < 0x7f; });
}

bool is_request_line(std::string_view line) {
  const size_t first = line.find(' ');
  const size_t last = line.rfind(' ');
  return first != std::string_view::npos && first < last && is_token(line.substr(0, first)) &&
         is_visible(line.substr(first + 1, last - first - 1)) &&
         line.substr(last + 1) == "HTTP/1.1";
}

bool is_status_line(std::string_view line) {
  if (line.size() < 13 || line.substr(0, 9) != "HTTP/1.1 " || line[12] != ' ') return false;
  const std::string_view digits = line.substr(9, 3);
  return digits[0] >= '1' && digits[0] <= '5' &&
         digits.find_first_not_of("0123456789") == std::string_view::npos &&
         is_text(line.substr(13));
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return result;
}

// Reads one message after the other off the front of a stream.
class Reader {
 public:
  Reader(Kind kind, std::string_view stream, const std::vector<std::string>& methods, StreamEnd end)
      : kind_(kind), left_(stream), methods_(methods), end_(end) {}

  StrictStream read() {
    while (!left_.empty() && result_.fault.empty() && read_message()) {
    }
    return std::move(result_);
  }

 private:
  bool fail(std::string_view why, std::string_view where) {
    result_.fault = std::string(why) + ": " + std::string(where.substr(0, 200));
    return false;
  }

  // False: the message is unfinished, or wrong.
  bool read_message() {
    const std::string_view begin = left_;
    result_.messages.push_back({.bytes = begin});
    StrictMessage& message = result_.messages.back();
    if (!read_head(message) || !read_body(message)) return false;
    message.bytes = begin.substr(0, begin.size() - left_.size());
    message.is_whole = true;
    if (kind_ == Kind::Responses && message.status() == 101) left_ = {};
    finals_ += kind_ == Kind::Responses && !message.is_interim() ? 1 : 0;
    return true;
  }

  std::optional<std::string_view> line() {
    const size_t end = left_.find(kLineEnd);
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view found = left_.substr(0, end);
    left_.remove_prefix(end + kLineEnd.size());
    return found;
  }

  bool read_head(StrictMessage& message) {
    const auto first = line();
    if (!first) return check_begun(left_);
    message.start_line = *first;
    if (!(kind_ == Kind::Requests ? is_request_line(*first) : is_status_line(*first))) {
      return fail("first line", *first);
    }
    while (true) {
      const auto next = line();
      if (!next) return check_begun(left_);
      if (next->empty()) break;
      const size_t colon = next->find(':');
      if (colon == std::string_view::npos || !is_token(next->substr(0, colon)) ||
          !is_text(next->substr(colon))) {
        return fail("field line", *next);
      }
      message.fields.emplace_back(lower(next->substr(0, colon)), trim(next->substr(colon + 1)));
    }
    message.has_head = true;
    if (kind_ == Kind::Requests && count(message, "host") != 1) {
      return fail("not one host", message.bytes);
    }
    return true;
  }

  // An unfinished line holds no control characters but the CR of its end.
  bool check_begun(std::string_view text) {
    if (!text.empty() && text.back() == '\r') text.remove_suffix(1);
    return is_text(text) ? false : fail("unfinished line", text);
  }

  static size_t count(const StrictMessage& message, std::string_view name) {
    return static_cast<size_t>(
        std::count_if(message.fields.begin(), message.fields.end(),
                      [name](const auto& field) { return field.first == name; }));
  }
  static std::string_view value(const StrictMessage& message, std::string_view name) {
    for (const auto& field : message.fields) {
      if (field.first == name) return field.second;
    }
    return {};
  }

  bool is_bodiless(const StrictMessage& message) const {
    if (kind_ == Kind::Requests) return false;
    const bool answers_head = finals_ < methods_.size() && methods_[finals_] == "HEAD";
    return answers_head || message.status() < 200 || message.status() == 204 ||
           message.status() == 304;
  }

  bool read_body(StrictMessage& message) {
    const size_t lengths = count(message, "content-length");
    const size_t codings = count(message, "transfer-encoding");
    if (lengths + codings > 1) return fail("two framings", message.bytes);
    if (is_bodiless(message)) return true;
    if (codings == 1) {
      if (value(message, "transfer-encoding") != "chunked") return fail("coding", message.bytes);
      return read_chunks();
    }
    if (lengths == 1) return read_length(value(message, "content-length"));
    if (kind_ == Kind::Requests) return true;
    if (end_ == StreamEnd::Open) return false;
    left_ = {};
    return true;
  }

  bool read_length(std::string_view digits) {
    if (digits.empty() || digits.size() > 19 ||
        digits.find_first_not_of("0123456789") != std::string_view::npos) {
      return fail("length", digits);
    }
    return take(std::stoull(std::string(digits)));
  }

  bool take(uint64_t bytes) {
    if (left_.size() < bytes) return false;
    left_.remove_prefix(bytes);
    return true;
  }

  bool read_chunks() {
    while (true) {
      const auto size_line = line();
      if (!size_line) return check_begun(left_);
      if (size_line->empty() || size_line->size() > 16 ||
          size_line->find_first_not_of("0123456789abcdefABCDEF") != std::string_view::npos) {
        return fail("chunk size", *size_line);
      }
      const uint64_t size = std::stoull(std::string(*size_line), nullptr, 16);
      if (left_.size() < 2 || left_.size() - 2 < size) return false;
      left_.remove_prefix(size);
      if (left_.substr(0, 2) != kLineEnd) return fail("end of a chunk", left_);
      left_.remove_prefix(2);
      if (size == 0) return true;
    }
  }

  Kind kind_;
  std::string_view left_;
  const std::vector<std::string>& methods_;
  StreamEnd end_;
  size_t finals_ = 0;
  StrictStream result_;
};

}  // namespace

std::string_view StrictMessage::target() const {
  const size_t begin = start_line.find(' ') + 1;
  return start_line.substr(begin, start_line.rfind(' ') - begin);
}

bool StrictMessage::offers_upgrade() const {
  return std::any_of(fields.begin(), fields.end(),
                     [](const auto& field) { return field.first == "upgrade"; });
}

unsigned StrictMessage::status() const {
  if (!is_status_line(start_line)) return 0;
  return static_cast<unsigned>(std::stoul(std::string(start_line.substr(9, 3))));
}

StrictStream read_requests(std::string_view stream) {
  return Reader(Kind::Requests, stream, {}, StreamEnd::Open).read();
}

StrictStream read_responses(std::string_view stream, const std::vector<std::string>& methods,
                            StreamEnd end) {
  return Reader(Kind::Responses, stream, methods, end).read();
}

}  // namespace penstock::fuzz
