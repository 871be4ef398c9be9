// SPDX-License-Identifier: Apache-2.0
#include "control/compile/request_description.h"

#include <algorithm>
#include <cctype>
#include <charconv>

namespace penstock::compile {
namespace {

using Refused = base::Failure<std::string>;

bool has_name(const std::pair<std::string, std::string>& field, std::string_view lower_name) {
  return std::equal(field.first.begin(), field.first.end(), lower_name.begin(), lower_name.end(),
                    [](char a, char b) { return std::tolower(static_cast<uint8_t>(a)) == b; });
}

// "host", "host:port" or "[address]:port"; false when the port is none.
bool take_authority(std::string_view authority, RequestDescription& request) {
  const size_t bracket = authority.rfind(']');
  const size_t colon = authority.rfind(':');
  const bool has_port =
      colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket);
  request.host = std::string(authority.substr(0, has_port ? colon : authority.size()));
  if (!has_port) return true;
  const std::string_view port = authority.substr(colon + 1);
  const auto parsed = std::from_chars(port.data(), port.data() + port.size(), request.port);
  return parsed.ec == std::errc() && parsed.ptr == port.data() + port.size() && request.port != 0;
}

void take_target(std::string_view target, RequestDescription& request) {
  target = target.substr(0, target.find('#'));
  const size_t question = target.find('?');
  request.path = std::string(target.substr(0, question));
  if (question != std::string_view::npos) request.query = std::string(target.substr(question + 1));
  if (request.path.empty()) request.path = "/";
}

std::optional<std::pair<std::string, std::string>> parse_field(std::string_view text) {
  const size_t colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0) return std::nullopt;
  std::string_view value = text.substr(colon + 1);
  const size_t begin = value.find_first_not_of(" \t");
  value = begin == std::string_view::npos ? "" : value.substr(begin);
  const size_t end = value.find_last_not_of(" \t");
  if (end != std::string_view::npos) value = value.substr(0, end + 1);
  return std::pair(std::string(text.substr(0, colon)), std::string(value));
}

}  // namespace

base::Result<RequestDescription, std::string> describe_request(
    const std::string& method, std::string_view url, const std::vector<std::string>& fields,
    std::optional<base::IpAddress> source) {
  RequestDescription request;
  request.method = method;
  if (source) request.source = *source;
  for (const std::string& text : fields) {
    auto field = parse_field(text);
    if (!field) return Refused{"\"" + text + "\" is not a header field; write 'Name: value'"};
    request.fields.push_back(std::move(*field));
  }
  if (const size_t scheme = url.find("://"); scheme != std::string_view::npos) {
    if (url.substr(0, scheme) != "http") {
      return Refused{"only http:// URLs are served, not \"" + std::string(url) + "\""};
    }
    url = url.substr(scheme + 3);
  }
  const size_t target = std::min(url.find_first_of("/?#"), url.size());
  if (!take_authority(url.substr(0, target), request)) {
    return Refused{"the port of \"" + std::string(url) + "\" is not one; accepted: 1 to 65535"};
  }
  take_target(url.substr(target), request);
  // A Host field says what the client would say, as with curl -H.
  for (const auto& field : request.fields) {
    if (!has_name(field, "host")) continue;
    const uint16_t port = request.port;
    if (!take_authority(field.second, request)) return Refused{"the Host field has a bad port"};
    // The field does not choose where the request goes.
    request.port = port;
  }
  return request;
}

}  // namespace penstock::compile
