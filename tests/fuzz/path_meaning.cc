// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/path_meaning.h"

#include <cctype>
#include <optional>
#include <vector>

namespace penstock::fuzz {
namespace {

constexpr std::string_view kUnreservedMarks = "-._~";

std::optional<char> escaped_character(std::string_view text, size_t at) {
  const std::string_view digits = text.substr(at).substr(0, 3);
  if (digits.size() < 3 || std::isxdigit(static_cast<unsigned char>(digits[1])) == 0 ||
      std::isxdigit(static_cast<unsigned char>(digits[2])) == 0) {
    return std::nullopt;
  }
  return static_cast<char>(std::stoul(std::string(digits.substr(1)), nullptr, 16));
}

// Decodes what `wants` of the characters that stand there escaped, and writes the rest in capitals.
template <class Wants>
std::string decoded(std::string_view text, Wants wants) {
  std::string result;
  for (size_t at = 0; at < text.size(); ++at) {
    const auto character = text[at] == '%' ? escaped_character(text, at) : std::nullopt;
    if (!character) {
      result += text[at];
      continue;
    }
    if (wants(*character)) {
      result += *character;
    } else {
      for (const char c : text.substr(at, 3)) {
        result += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
      }
    }
    at += 2;
  }
  return result;
}

bool is_slash(char c) { return c == '/' || c == '\\'; }

bool is_unreserved(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x80 &&
         (std::isalnum(byte) != 0 || kUnreservedMarks.find(c) != std::string_view::npos);
}

std::vector<std::string> segments_of(std::string_view path) {
  std::vector<std::string> segments;
  for (const char c : path) {
    if (c == '/') {
      segments.emplace_back();
    } else {
      segments.back() += c;
    }
  }
  return segments;
}

bool has_bad_escape(std::string_view path) {
  for (size_t at = path.find('%'); at != std::string_view::npos; at = path.find('%', at + 1)) {
    if (!escaped_character(path, at)) return true;
  }
  return false;
}

// nullopt: it climbs above its root.
std::optional<std::string> resolved(std::string_view path, http::DuplicateSlashes duplicates) {
  const std::vector<std::string> segments = segments_of(path);
  std::vector<std::string> kept;
  for (size_t i = 0; i < segments.size(); ++i) {
    const bool is_last = i + 1 == segments.size();
    const std::string plain = decoded(segments[i], [](char c) { return c == '.'; });
    const bool is_dots = plain == "." || plain == "..";
    if (plain == "..") {
      if (kept.empty()) return std::nullopt;
      kept.pop_back();
    }
    if (is_dots && is_last) kept.emplace_back();
    const bool counts =
        !segments[i].empty() || is_last || duplicates == http::DuplicateSlashes::Keep;
    if (!is_dots && counts) kept.push_back(segments[i]);
  }
  std::string result;
  for (const std::string& segment : kept) result += "/" + segment;
  return result;
}

bool hides_dot_segments(std::string_view path) {
  std::string open = decoded(path, [](char c) { return is_slash(c) || c == '.'; });
  for (char& c : open) c = is_slash(c) ? '/' : c;
  for (const std::string& segment : segments_of(open)) {
    const std::string name = segment.substr(0, segment.find(';'));
    if (name == "." || name == "..") return true;
  }
  return false;
}

}  // namespace

PathMeaning meaning_of(std::string_view path, const http::PathPolicy& policy) {
  PathMeaning meaning;
  meaning.is_badly_escaped = has_bad_escape(path);
  const std::string bare = decoded(path, [](char c) { return is_slash(c) || c == '\0'; });
  const bool has_nul = bare.find('\0') != std::string::npos;
  const bool has_slash =
      bare.find('\\') != std::string::npos || segments_of(bare).size() != segments_of(path).size();
  const bool refuses_slash = policy.encoded_slash == http::EncodedSlash::Refuse;
  meaning.is_refused = has_nul || (has_slash && refuses_slash);
  if (meaning.is_refused) return meaning;
  const auto decode = [&policy](std::string_view text) {
    return decoded(text, [&policy](char c) {
      return is_unreserved(c) ||
             (is_slash(c) && policy.encoded_slash == http::EncodedSlash::Decode);
    });
  };
  std::optional<std::string> normal;
  if (!meaning.is_badly_escaped) {
    normal = resolved(decode(path), policy.duplicate_slashes);
  } else {
    // Nothing is decoded next to a bad escape: with it, it could make a good one.
    normal = resolved(path, policy.duplicate_slashes);
    if (normal && !has_bad_escape(*normal)) {
      normal = resolved(decode(*normal), policy.duplicate_slashes);
    }
  }
  meaning.is_refused = !normal;
  if (!normal) return meaning;
  meaning.normal = *normal;
  meaning.hides_dots = hides_dot_segments(*normal);
  return meaning;
}

bool is_within_uri(std::string_view text) {
  for (const char c : text) {
    if (!is_unreserved(c) &&
        std::string_view("!$&'()*+,;=:@/?%").find(c) == std::string_view::npos) {
      return false;
    }
  }
  return true;
}

}  // namespace penstock::fuzz
