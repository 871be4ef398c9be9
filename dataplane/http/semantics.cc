// SPDX-License-Identifier: Apache-2.0
#include "dataplane/http/semantics.h"

#include "dataplane/base/address.h"
#include "dataplane/http/char_class.h"
#include "dataplane/http/list_value.h"

namespace penstock::http {
namespace {

void add_option(std::string_view option, ConnectionOptions& options) noexcept {
  if (equals_ignore_case(option, "close")) {
    options.close = true;
    return;
  }
  const FieldId id = field_id(option);
  switch (id) {
    case FieldId::KeepAlive:
      options.keep_alive = true;
      break;
    case FieldId::Upgrade:
      options.upgrade = true;
      break;
    case FieldId::Other:
      options.nominates = true;
      break;
    default:
      if (!is_hop_by_hop(id)) options.names_end_to_end = true;
      break;
  }
}

std::optional<uint32_t> parse_port(std::string_view digits) noexcept {
  uint32_t port = 0;
  for (const char c : digits) {
    if (!is_digit(c)) return std::nullopt;
    port = port * 10 + static_cast<uint32_t>(c - '0');
    if (port > 65535) return std::nullopt;
  }
  return port;
}

// The length of "[...]" at the beginning of `text`; zero when there is no such literal.
size_t ipv6_literal_length(std::string_view text) noexcept {
  const size_t close = text.find(']');
  if (close == std::string_view::npos) return 0;
  const std::string_view inside = text.substr(1, close - 1);
  const bool is_v6 = inside.find(':') != std::string_view::npos;
  return is_v6 && base::IpAddress::parse(inside) ? close + 1 : 0;
}

// The length of the name at the beginning of `text`; zero when it is none that DNS knows: a label
// is empty or longer than 63, or all of it longer than 253 (RFC 1035 2.3.4). A dot may end it.
size_t host_name_length(std::string_view text) noexcept {
  constexpr size_t kLabelMax = 63;
  constexpr size_t kNameMax = 253;
  const size_t length = prefix_length(kHostChar, text);
  size_t label = 0;
  for (size_t at = 0; at < length; ++at) {
    const bool ends = text[at] == '.';
    if (ends ? label == 0 : label == kLabelMax) return 0;
    label = ends ? 0 : label + 1;
  }
  const size_t without_dot = length - (length > 0 && label == 0 ? 1 : 0);
  return without_dot <= kNameMax ? length : 0;
}

// "h2c", "h2c-14", "HTTP/2.0", "TLS/1.0", ...
bool hides_requests(std::string_view protocol) noexcept {
  for (const std::string_view name : {"h2", "http", "tls"}) {
    if (equals_ignore_case(protocol.substr(0, name.size()), name)) return true;
  }
  return false;
}

}  // namespace

ConnectionOptions connection_options(const FieldTable& fields, base::ByteSpan head) noexcept {
  ConnectionOptions options;
  if (!fields.has(FieldId::Connection)) return options;
  uint32_t count = 0;
  for (const Field& field : fields) {
    if (field.id != FieldId::Connection) continue;
    const std::string_view value = view(field.value, head);
    // What nearly every message says, without taking a list apart.
    if (value == "keep-alive") {
      options.keep_alive = true;
      ++count;
      continue;
    }
    ListValue list(value);
    for (auto option = list.next(); !option.empty(); option = list.next()) {
      add_option(option, options);
      ++count;
    }
  }
  options.are_too_many = count > base::kConnectionOptionsMax;
  return options;
}

bool is_nominated(const Field& field, const FieldTable& fields, base::ByteSpan head) noexcept {
  if (field.id != FieldId::Other || !fields.has(FieldId::Connection)) return false;
  const std::string_view name = view(field.name, head);
  for (const Field& connection : fields) {
    if (connection.id != FieldId::Connection) continue;
    ListValue list(view(connection.value, head));
    for (auto option = list.next(); !option.empty(); option = list.next()) {
      if (equals_ignore_case(option, name)) return true;
    }
  }
  return false;
}

bool expects_continue(const RequestHead& head, base::ByteSpan bytes) noexcept {
  if (head.version == Version::Http10 || !head.fields.has(FieldId::Expect)) return false;
  return equals_ignore_case(view(head.fields.find(FieldId::Expect)->value, bytes), "100-continue");
}

RequestedUpgrade requested_upgrade(const RequestHead& head, base::ByteSpan bytes) noexcept {
  if (!head.fields.has(FieldId::Upgrade) || head.version == Version::Http10) {
    return RequestedUpgrade::None;
  }
  if (!connection_options(head.fields, bytes).upgrade) return RequestedUpgrade::None;
  RequestedUpgrade asked = RequestedUpgrade::None;
  for (const Field& field : head.fields) {
    if (field.id != FieldId::Upgrade) continue;
    ListValue protocols(view(field.value, bytes));
    for (auto protocol = protocols.next(); !protocol.empty(); protocol = protocols.next()) {
      if (hides_requests(protocol)) return RequestedUpgrade::None;
      const bool is_first = asked == RequestedUpgrade::None;
      asked = is_first && equals_ignore_case(protocol, "websocket") ? RequestedUpgrade::WebSocket
                                                                    : RequestedUpgrade::Other;
    }
  }
  return asked;
}

std::optional<HostAndPort> parse_host(std::string_view text) noexcept {
  if (text.empty()) return std::nullopt;
  const size_t host_length =
      text.front() == '[' ? ipv6_literal_length(text) : host_name_length(text);
  if (host_length == 0) return std::nullopt;
  HostAndPort result{text.substr(0, host_length), {}};
  const std::string_view rest = text.substr(host_length);
  if (rest.empty()) return result;
  if (rest.front() != ':') return std::nullopt;
  result.port = rest.substr(1);
  if (!parse_port(result.port)) return std::nullopt;
  return result;
}

}  // namespace penstock::http
