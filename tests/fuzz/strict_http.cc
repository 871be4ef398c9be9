// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/strict_http.h"

#include <algorithm>
#include <cctype>
#include <optional>

namespace penstock::fuzz {
namespace {

constexpr std::string_view kLineEnd = "\r\n";
constexpr std::string_view kDigits = "0123456789";
constexpr std::string_view kHexDigits = "0123456789abcdefABCDEF";
constexpr std::string_view kCurrentVersion = "HTTP/1.1";
constexpr std::string_view kOldVersion = "HTTP/1.0";
constexpr size_t kEmptyLinesMax = 4;
constexpr size_t kStatusLineWithoutPhrase = 12;  // "HTTP/1.1 200"
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

bool consists_only_of(std::string_view characters, std::string_view text) {
  return !text.empty() && text.find_first_not_of(characters) == std::string_view::npos;
}

bool is_version(std::string_view text, Speaker speaker) {
  return text == kCurrentVersion || (speaker == Speaker::Peer && text == kOldVersion);
}

bool is_request_line(std::string_view line, Speaker speaker) {
  const size_t first = line.find(' ');
  const size_t last = line.rfind(' ');
  return first != std::string_view::npos && first < last && is_token(line.substr(0, first)) &&
         is_visible(line.substr(first + 1, last - first - 1)) &&
         is_version(line.substr(last + 1), speaker);
}

bool is_status_line(std::string_view line, Speaker speaker) {
  if (line.size() < kStatusLineWithoutPhrase || line[8] != ' ') return false;
  const std::string_view digits = line.substr(9, 3);
  const bool is_status = digits[0] >= '1' && digits[0] <= '5' && consists_only_of(kDigits, digits);
  if (!is_status || !is_version(line.substr(0, 8), speaker)) return false;
  // RFC 9112 4 wants a space behind the status even without a phrase; many servers omit both.
  if (line.size() == kStatusLineWithoutPhrase) return speaker == Speaker::Peer;
  return line[kStatusLineWithoutPhrase] == ' ' && is_text(line.substr(13));
}

// With any number of zeros before it; nullopt: no number, or one too large.
std::optional<uint64_t> number_of(std::string_view digits, int base) {
  if (!consists_only_of(base == 10 ? kDigits : kHexDigits, digits)) return std::nullopt;
  digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size()));
  if (digits.empty()) return 0;
  if (digits.size() > (base == 10 ? 19u : 16u)) return std::nullopt;
  return std::stoull(std::string(digits), nullptr, base);
}

// Reads one message after the other off the front of a stream.
class Reader {
 public:
  Reader(Kind kind, Speaker speaker, std::string_view stream)
      : kind_(kind), speaker_(speaker), left_(stream) {}
  void answer(const std::vector<std::string>& methods, StreamEnd end) {
    methods_ = &methods;
    end_ = end;
  }
  void stop_after(size_t messages) { messages_max_ = messages; }

  StrictStream read() {
    bool goes_on = true;
    while (goes_on && !left_.empty() && result_.messages.size() < messages_max_) {
      goes_on = read_message();
    }
    if (!result_.messages.empty() && result_.messages.back().is_whole) result_.rest = left_;
    return std::move(result_);
  }

 private:
  bool fail(std::string_view why, std::string_view where) {
    result_.fault = std::string(why) + ": " + std::string(where.substr(0, 200));
    return false;
  }
  bool is_from_peer() const { return speaker_ == Speaker::Peer; }

  // False: the message is unfinished, or wrong, or the last that is one.
  bool read_message() {
    const std::string_view begin = left_;
    result_.messages.push_back({.bytes = begin});
    StrictMessage& message = result_.messages.back();
    if (!skip_empty_lines(message) || !read_head(message)) return false;
    message.has_head = true;
    message.head_bytes = begin.size() - left_.size();
    if (!read_body(message)) return false;
    message.bytes = begin.substr(0, begin.size() - left_.size());
    message.is_whole = true;
    if (kind_ == Kind::Requests) return true;
    if (!message.is_interim()) ++finals_;
    return message.status() != 101;
  }

  // RFC 9112 2.2: a server should ignore at least one of them.
  bool skip_empty_lines(StrictMessage& message) {
    if (!is_from_peer() || kind_ == Kind::Responses) return true;
    for (size_t lines = 0; left_.substr(0, 2) == kLineEnd; ++lines) {
      if (lines == kEmptyLinesMax) return fail("empty lines", left_);
      message.follows_empty_line = true;
      left_.remove_prefix(kLineEnd.size());
    }
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
    if (!(kind_ == Kind::Requests ? is_request_line(*first, speaker_)
                                  : is_status_line(*first, speaker_))) {
      return fail("first line", *first);
    }
    while (true) {
      const auto next = line();
      if (!next) return check_begun(left_);
      if (next->empty()) break;
      if (!is_field_line(*next)) return fail("field line", *next);
      const size_t colon = next->find(':');
      message.fields.emplace_back(lowered(next->substr(0, colon)),
                                  trimmed(next->substr(colon + 1)));
    }
    const size_t hosts = message.count("host");
    const bool may_have_none = is_from_peer() && message.version() == kOldVersion;
    const bool is_right = hosts == 1 || (hosts == 0 && may_have_none);
    return kind_ == Kind::Responses || is_right || fail("not one host", message.bytes);
  }

  static bool is_field_line(std::string_view line) {
    const size_t colon = line.find(':');
    return colon != std::string_view::npos && is_token(line.substr(0, colon)) &&
           is_text(line.substr(colon));
  }

  // An unfinished line holds no control characters but the CR of its end.
  bool check_begun(std::string_view text) {
    if (!text.empty() && text.back() == '\r') text.remove_suffix(1);
    return is_text(text) ? false : fail("unfinished line", text);
  }

  bool is_bodiless(const StrictMessage& message) const {
    if (kind_ == Kind::Requests) return false;
    const bool answers_head = finals_ < methods_->size() && (*methods_)[finals_] == "HEAD";
    return answers_head || message.status() < 200 || message.status() == 204 ||
           message.status() == 304;
  }

  bool read_body(StrictMessage& message) {
    if (kind_ == Kind::Responses && is_from_peer() && message.status() < 200) return true;
    const size_t lengths = message.count("content-length");
    const size_t codings = message.count("transfer-encoding");
    const bool is_repaired = is_from_peer() && kind_ == Kind::Requests && codings <= 1;
    if (lengths + codings > 1 && !is_repaired) return fail("two framings", message.bytes);
    std::optional<uint64_t> length = 0;
    if (lengths > 0 && !(length = length_of(message))) return fail("length", message.bytes);
    if (codings == 1 && !is_chunked(message)) return fail("coding", message.bytes);
    if (is_bodiless(message)) return true;
    if (codings == 1) return read_chunks(message);
    if (lengths > 0 || kind_ == Kind::Requests) return take(message, *length);
    message.pieces.push_back(left_);
    if (end_ == StreamEnd::Open) return false;
    left_ = {};
    return true;
  }

  bool is_chunked(const StrictMessage& message) const {
    const std::string_view coding = message.value("transfer-encoding");
    if (!is_from_peer()) return coding == "chunked";
    const std::string_view version =
        kind_ == Kind::Requests ? message.version() : message.start_line.substr(0, 8);
    return lowered(coding) == "chunked" && version != kOldVersion;
  }

  // RFC 9112 6.3: of a peer, equal ones are one.
  std::optional<uint64_t> length_of(const StrictMessage& message) const {
    std::optional<std::string_view> digits;
    for (const auto& [name, value] : message.fields) {
      if (name != "content-length") continue;
      for (std::string_view list = value; !list.empty() || !digits;) {
        const size_t comma = std::min(list.find(','), list.size());
        const std::string_view one = trimmed(list.substr(0, comma));
        if (digits.value_or(one) != one) return std::nullopt;
        digits = one;
        if (comma < list.size() && !is_from_peer()) return std::nullopt;
        list.remove_prefix(std::min(comma + 1, list.size()));
      }
    }
    return number_of(*digits, 10);
  }

  bool take(StrictMessage& message, uint64_t bytes) {
    const size_t there = std::min<uint64_t>(left_.size(), bytes);
    if (there > 0) message.pieces.push_back(left_.substr(0, there));
    if (there < bytes) return false;
    left_.remove_prefix(there);
    return true;
  }

  bool read_chunks(StrictMessage& message) {
    while (true) {
      const auto size_line = line();
      if (!size_line) return check_begun(left_);
      const std::string_view digits = size_line->substr(0, size_line->find_first_of("; \t"));
      const bool is_right = digits.size() == size_line->size() ||
                            (is_from_peer() && is_text(size_line->substr(digits.size())));
      const auto size = number_of(digits, 16);
      if (!is_right || !size) return fail("chunk size", *size_line);
      if (*size == 0) break;
      if (!take(message, *size) || left_.size() < kLineEnd.size()) return false;
      if (left_.substr(0, 2) != kLineEnd) return fail("end of a chunk", left_);
      left_.remove_prefix(2);
    }
    while (true) {
      const auto trailer = line();
      if (!trailer) return check_begun(left_);
      if (trailer->empty()) return true;
      if (!is_from_peer() || !is_field_line(*trailer)) return fail("trailer", *trailer);
    }
  }

  Kind kind_;
  Speaker speaker_;
  std::string_view left_;
  const std::vector<std::string>* methods_ = nullptr;
  StreamEnd end_ = StreamEnd::Open;
  size_t messages_max_ = kAllMessages;
  size_t finals_ = 0;
  StrictStream result_;
};

}  // namespace

std::string_view StrictMessage::method() const {
  return start_line.substr(0, start_line.find(' '));
}

std::string_view StrictMessage::target() const {
  const size_t begin = start_line.find(' ') + 1;
  return start_line.substr(begin, start_line.rfind(' ') - begin);
}

std::string_view StrictMessage::version() const {
  return start_line.substr(start_line.rfind(' ') + 1);
}

unsigned StrictMessage::status() const {
  if (!is_status_line(start_line, Speaker::Peer)) return 0;
  return static_cast<unsigned>(std::stoul(std::string(start_line.substr(9, 3))));
}

size_t StrictMessage::count(std::string_view name) const {
  return static_cast<size_t>(std::count_if(
      fields.begin(), fields.end(), [name](const auto& field) { return field.first == name; }));
}

std::string_view StrictMessage::value(std::string_view name) const {
  for (const auto& field : fields) {
    if (field.first == name) return field.second;
  }
  return {};
}

std::string StrictMessage::payload() const {
  std::string all;
  for (const std::string_view piece : pieces) all += piece;
  return all;
}

StrictStream read_requests(std::string_view stream, Speaker speaker, size_t messages_max) {
  Reader reader(Kind::Requests, speaker, stream);
  reader.stop_after(messages_max);
  return reader.read();
}

StrictStream read_responses(std::string_view stream, Speaker speaker,
                            const std::vector<std::string>& methods, StreamEnd end) {
  Reader reader(Kind::Responses, speaker, stream);
  reader.answer(methods, end);
  return reader.read();
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

std::string lowered(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return result;
}

}  // namespace penstock::fuzz
