// SPDX-License-Identifier: Apache-2.0
#include "dataplane/route/rewrite.h"

#include <charconv>
#include <cstring>

#include "dataplane/base/check.h"
#include "dataplane/route/expression.h"

namespace penstock::route {

namespace {

// Appends while there is room, and remembers when there was none.
class BoundedText {
 public:
  explicit BoundedText(std::span<char> buffer) noexcept : buffer_(buffer) {}

  void append(std::string_view text) noexcept {
    overflowed_ = overflowed_ || text.size() > buffer_.size() - length_;
    if (overflowed_ || text.empty()) return;
    std::memcpy(buffer_.data() + length_, text.data(), text.size());
    length_ += text.size();
  }
  void append_number(uint16_t number) noexcept {
    char digits[5];
    const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
    append({digits, static_cast<size_t>(end - digits)});
  }
  std::optional<std::string_view> text() const noexcept {
    if (overflowed_) return std::nullopt;
    return std::string_view{buffer_.data(), length_};
  }

 private:
  std::span<char> buffer_;
  size_t length_ = 0;
  bool overflowed_ = false;
};

struct NewPath {
  std::string_view head;
  std::string_view tail;  // what the request had behind the rule's prefix
};

NewPath new_path(const Redirect& redirect, const PathMatch& matched,
                 std::string_view path) noexcept {
  if (redirect.path) return {*redirect.path, {}};
  // "OPTIONS *" has no path that a URI could name.
  if (!redirect.path_prefix) return {path.starts_with('/') ? path : "/", {}};
  // The prefix matched by elements, so the rest is empty or begins with a slash.
  const std::string_view rest = path.substr(without_trailing_slash(matched.text).size());
  DCHECK(rest.empty() || rest.front() == '/');
  const std::string_view head = *redirect.path_prefix;
  return {rest.empty() ? head : without_trailing_slash(head), rest};
}

uint16_t port_of(const Redirect& redirect, const RequestUri& uri) noexcept {
  if (redirect.port) return *redirect.port;
  // Another scheme or host does not live on this listener's port.
  return redirect.scheme || redirect.host ? 0 : uri.port;
}

bool is_default_port(uint16_t port, std::string_view scheme) noexcept {
  return port == 0 || port == (scheme == "https" ? 443 : 80);
}

void append_path(BoundedText& text, const NewPath& path) noexcept {
  text.append(path.head);
  text.append(path.tail);
}

// RFC 3986 4.2: a reference that begins with two slashes names a host. The path comes from the
// client, who must not choose where the answer leads.
void append_hostless_path(BoundedText& text, NewPath path) noexcept {
  if (path.head.empty()) path = {path.tail, {}};
  while (path.head.starts_with("//")) path.head.remove_prefix(1);
  if (path.head == "/") {
    while (path.tail.starts_with('/')) path.tail.remove_prefix(1);
  }
  append_path(text, path);
}

}  // namespace

std::optional<std::string_view> render_location(const Redirect& redirect, const PathMatch& matched,
                                                const RequestUri& uri,
                                                std::span<char> buffer) noexcept {
  const std::string_view scheme = redirect.scheme ? *redirect.scheme : uri.scheme;
  const std::string_view host = redirect.host ? *redirect.host : uri.host;
  const NewPath path = new_path(redirect, matched, uri.path);
  BoundedText location(buffer);
  if (host.empty()) {
    append_hostless_path(location, path);
  } else {
    location.append(scheme);
    location.append("://");
    location.append(host);
    const uint16_t port = port_of(redirect, uri);
    if (!is_default_port(port, scheme)) {
      location.append(":");
      location.append_number(port);
    }
    append_path(location, path);
  }
  if (!uri.query.empty()) {
    location.append("?");
    location.append(uri.query);
  }
  return location.text();
}

}  // namespace penstock::route
