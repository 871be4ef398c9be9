// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/forwarding_judge.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>
#include <vector>

#include "tests/fuzz/path_meaning.h"

namespace penstock::fuzz {
namespace {

using http::Mode;
using FieldList = std::vector<std::pair<std::string, std::string_view>>;

constexpr std::array<std::string_view, 7> kHopByHop = {
    "connection", "keep-alive",        "proxy-connection", "te",
    "trailer",    "transfer-encoding", "upgrade"};
// What Connection cannot take away.
constexpr std::array<std::string_view, 16> kEndToEnd = {"host",
                                                        "content-length",
                                                        "expect",
                                                        "cookie",
                                                        "authorization",
                                                        "user-agent",
                                                        "referer",
                                                        "x-forwarded-for",
                                                        "x-forwarded-proto",
                                                        "x-forwarded-port",
                                                        "x-forwarded-host",
                                                        "forwarded",
                                                        "via",
                                                        "x-request-id",
                                                        "date",
                                                        "max-forwards"};
// What is said anew, and looked at by itself.
constexpr std::array<std::string_view, 8> kWrittenAnew = {"host",
                                                          "content-length",
                                                          "x-forwarded-for",
                                                          "x-forwarded-proto",
                                                          "x-forwarded-port",
                                                          "x-forwarded-host",
                                                          "forwarded",
                                                          "max-forwards"};

template <size_t N>
bool is_one_of(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::vector<std::string> list_of(const StrictMessage& message, std::string_view name) {
  std::vector<std::string> elements;
  for (const auto& [field, value] : message.fields) {
    if (field != name) continue;
    for (std::string_view rest = value; !rest.empty();) {
      const size_t comma = std::min(rest.find(','), rest.size());
      const std::string one = lowered(trimmed(rest.substr(0, comma)));
      if (!one.empty()) elements.push_back(one);
      rest.remove_prefix(std::min(comma + 1, rest.size()));
    }
  }
  return elements;
}

bool lists(const StrictMessage& message, std::string_view name, std::string_view element) {
  const auto elements = list_of(message, name);
  return std::find(elements.begin(), elements.end(), element) != elements.end();
}

bool begins_with_scheme(std::string_view target) {
  return !target.starts_with('/') && target != "*";
}

// "http://a.example:80/b?c": the authority, and what is behind it.
std::pair<std::string_view, std::string_view> taken_apart(std::string_view target) {
  if (!begins_with_scheme(target)) return {{}, target};
  const size_t begin = target.find("//") + 2;
  const size_t end = std::min(target.find_first_of("/?", begin), target.size());
  return {target.substr(begin, end - begin), target.substr(end)};
}

std::string_view path_of(std::string_view target) {
  const std::string_view rest = taken_apart(target).second;
  const std::string_view path = rest.substr(0, rest.find('?'));
  return path.empty() ? "/" : path;
}

bool is_suspect(const StrictMessage& request, const ExchangeShape& shape) {
  const size_t lengths = request.count("content-length");
  const bool is_list = request.value("content-length").find(',') != std::string_view::npos;
  if (lengths > 1 || is_list || (lengths == 1 && request.has("transfer-encoding"))) return true;
  if (request.target() == "*") return false;
  const PathMeaning path = meaning_of(path_of(request.target()), shape.policy.path);
  return path.is_badly_escaped || path.hides_dots;
}

bool expects_no_body(const StrictMessage& request) {
  constexpr std::array<std::string_view, 5> kMethods = {"GET", "HEAD", "DELETE", "OPTIONS",
                                                        "TRACE"};
  return is_one_of(kMethods, request.method());
}

// What all readers understand in one way, though it is not as it should be.
bool has_slip(const StrictMessage& request) {
  const std::string_view target = request.target();
  const auto [authority, rest] = taken_apart(target);
  if (request.follows_empty_line || !is_within_uri(rest)) return true;
  if (authority.empty() && !request.has("host")) return true;
  if (!authority.empty() && request.has("host") &&
      lowered(request.value("host")) != lowered(authority)) {
    return true;
  }
  const bool is_read = request.method() == "GET" || request.method() == "HEAD";
  if (is_read && request.has("content-length")) return true;
  if (request.has("expect") && lowered(request.value("expect")) != "100-continue") return true;
  if (request.count("expect") > 1) return true;
  const auto options = list_of(request, "connection");
  return std::any_of(options.begin(), options.end(),
                     [](const std::string& option) { return is_one_of(kEndToEnd, option); });
}

bool counts_hops(const StrictMessage& request) {
  const bool counts = request.method() == "OPTIONS" || request.method() == "TRACE";
  return counts && request.has("max-forwards");
}

bool is_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

// What the next recipient is told, or what all say whom the field does not concern; nothing: the
// request goes no further.
std::optional<std::vector<std::string>> hops_told(const StrictMessage& request) {
  std::vector<std::string> values;
  for (const auto& [name, value] : request.fields) {
    if (name == "max-forwards") values.emplace_back(value);
  }
  if (!counts_hops(request)) return values;
  std::string digits = values.front();
  if (values.size() > 1 || !is_number(digits)) return std::nullopt;
  digits.erase(0, digits.find_first_not_of('0'));
  if (digits.empty()) return std::nullopt;
  const uint64_t most = 4294967295;
  const uint64_t hops = digits.size() > 10 ? most : std::min<uint64_t>(std::stoull(digits), most);
  return std::vector{std::to_string(hops - 1)};
}

constexpr size_t kOptionsMax = 32;

bool is_refused(const StrictMessage& request, const ExchangeShape& shape) {
  const Mode mode = shape.policy.mode;
  if (!hops_told(request) || list_of(request, "connection").size() > kOptionsMax) return true;
  if (mode != Mode::Monitor && is_suspect(request, shape)) return true;
  if (mode == Mode::Strictest && has_slip(request)) return true;
  if (mode == Mode::Strictest && expects_no_body(request) && has_request_body(request)) return true;
  return shape.policy.underscores == http::Underscores::Refuse &&
         std::any_of(request.fields.begin(), request.fields.end(),
                     [](const auto& field) { return field.first.find('_') != std::string::npos; });
}

bool is_name(std::string_view host) {
  return !host.empty() && host.front() != '.' && host.find("..") == std::string_view::npos &&
         host.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789.") == std::string_view::npos;
}

// The fields that go on as they came. Connection may name those that do not.
FieldList end_to_end(const StrictMessage& message) {
  const auto nominated = list_of(message, "connection");
  FieldList kept;
  for (const auto& field : message.fields) {
    const std::string& name = field.first;
    const bool is_nominated =
        !is_one_of(kEndToEnd, name) &&
        std::find(nominated.begin(), nominated.end(), name) != nominated.end();
    if (is_one_of(kHopByHop, name) || is_one_of(kWrittenAnew, name) || is_nominated) continue;
    kept.push_back(field);
  }
  return kept;
}

FieldList forwarded_fields(const StrictMessage& request, const ExchangeShape& shape) {
  FieldList fields = end_to_end(request);
  const bool gathers = shape.request_buffer_bytes > 0 && has_request_body(request);
  const bool drops = shape.policy.underscores == http::Underscores::Drop;
  std::erase_if(fields, [&](const auto& field) {
    return (gathers && field.first == "expect") ||
           (drops && field.first.find('_') != std::string::npos);
  });
  return fields;
}

std::string_view forwarded_host(const StrictMessage& request) {
  const std::string_view authority = taken_apart(request.target()).first;
  return authority.empty() ? request.value("host") : authority;
}

std::string framing_of(const StrictMessage& request) {
  if (request.has("transfer-encoding")) return "chunked";
  if (!request.has("content-length")) return "none";
  std::string_view digits = request.value("content-length");
  digits = digits.substr(0, digits.find(','));
  digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size()));
  return "length " + std::string(trimmed(digits));
}

std::string why_not_payload(const StrictMessage& said, const StrictMessage& got) {
  const std::string there = got.payload();
  const std::string whole = said.payload();
  if (whole.compare(0, there.size(), there) != 0) return "another body";
  if (!got.is_whole) return {};
  return said.is_whole && whole == there ? "" : "not the whole body";
}

std::string why_not_upgrade(const StrictMessage& said, const StrictMessage& got,
                            const ExchangeShape& shape) {
  if (!may_upgrade(said, shape)) return got.has("upgrade") ? "an upgrade" : "";
  const bool asks = list_of(said, "upgrade") == list_of(got, "upgrade") &&
                    list_of(got, "connection") == std::vector<std::string>{"upgrade"};
  return asks ? "" : "no upgrade, or another";
}

std::string phrase_of(const StrictMessage& response) {
  const std::string_view line = response.start_line;
  return std::string(line.substr(std::min<size_t>(line.size(), 13)));
}

}  // namespace

bool has_request_body(const StrictMessage& request) {
  const std::string framing = framing_of(request);
  return framing != "none" && framing != "length ";
}

bool may_upgrade(const StrictMessage& request, const ExchangeShape& shape) {
  const auto protocols = list_of(request, "upgrade");
  if (shape.upgrades == proxy::Upgrades::Never || has_request_body(request) || protocols.empty() ||
      request.version() != "HTTP/1.1" || !lists(request, "connection", "upgrade")) {
    return false;
  }
  for (const std::string& protocol : protocols) {
    for (const std::string_view hidden : {"h2", "http", "tls"}) {
      if (protocol.starts_with(hidden)) return false;
    }
  }
  const bool is_websocket = protocols == std::vector<std::string>{"websocket"};
  return shape.upgrades == proxy::Upgrades::Any || is_websocket;
}

bool is_flawless(const StrictMessage& request, const ExchangeShape& shape) {
  ExchangeShape strictest = shape;
  strictest.policy.mode = Mode::Strictest;
  strictest.policy.underscores = http::Underscores::Refuse;
  const bool has_empty_field = std::any_of(request.fields.begin(), request.fields.end(),
                                           [](const auto& field) { return field.second.empty(); });
  return request.is_whole && request.target().starts_with('/') && !has_empty_field &&
         is_name(request.value("host")) && !is_refused(request, strictest) &&
         forwarded_target(request, shape).has_value();
}

bool must_be_alone(const StrictMessage& request, const ExchangeShape& shape) {
  return is_suspect(request, shape) || (expects_no_body(request) && has_request_body(request));
}

std::optional<std::string> forwarded_target(const StrictMessage& request,
                                            const ExchangeShape& shape) {
  const std::string_view target = request.target();
  if (target == "*") return "*";
  const auto [authority, rest] = taken_apart(target);
  if (rest.empty() && request.method() == "OPTIONS") return "*";
  const PathMeaning path = meaning_of(path_of(target), shape.policy.path);
  if (path.is_refused) return std::nullopt;
  const bool is_normal = shape.policy.sent_path == http::SentPath::Normalized;
  std::string sent = is_normal ? path.normal : std::string(path_of(target));
  const size_t query = rest.find('?');
  return query == std::string_view::npos ? sent : sent + std::string(rest.substr(query));
}

std::string why_not_request(const StrictMessage& said, const StrictMessage& got,
                            const ExchangeShape& shape) {
  if (!said.has_head || said.method() != got.method()) return "another method";
  if (forwarded_target(said, shape) != std::string(got.target())) return "another target";
  if (is_refused(said, shape)) return "it is to be refused";
  if (got.value("host") != forwarded_host(said)) return "another host";
  if (framing_of(said) != framing_of(got)) return "another framing";
  if (forwarded_fields(said, shape) != end_to_end(got)) return "other fields";
  FieldList hops;
  for (const auto& field : got.fields) {
    if (field.first == "max-forwards") hops.push_back(field);
  }
  const std::vector<std::string> told = *hops_told(said);
  const bool is_told =
      std::equal(hops.begin(), hops.end(), told.begin(), told.end(),
                 [](const auto& field, const std::string& value) { return field.second == value; });
  if (!is_told) return "other hops";
  const bool says_so = got.has("upgrade") || lists(got, "connection", "close");
  if (must_be_alone(said, shape) && !says_so) return "not alone";
  if (got.method() == "CONNECT") return "a tunnel for anything";
  const bool is_gathered =
      said.is_whole || !has_request_body(said) || said.framed_bytes() >= shape.request_buffer_bytes;
  if (!is_gathered) return "not gathered";
  const std::string why = why_not_upgrade(said, got, shape);
  return why.empty() ? why_not_payload(said, got) : why;
}

std::string why_not_response(const StrictMessage& said, const StrictMessage& got,
                             const StrictMessage& request, const ExchangeShape& shape) {
  if (!said.has_head || said.status() != got.status()) return "another status";
  if (phrase_of(said) != phrase_of(got)) return "another phrase";
  FieldList fields = end_to_end(got);
  if (got.status() >= 200 && !said.has("date")) {
    // It is dated on its way.
    if (std::erase_if(fields, [](const auto& field) { return field.first == "date"; }) != 1) {
      return "no date";
    }
  }
  if (end_to_end(said) != fields) return "other fields";
  const bool is_old = request.version() == "HTTP/1.0";
  if (is_old && got.is_interim()) return "an interim response for HTTP/1.0";
  if (is_old && got.has("transfer-encoding")) return "chunks for HTTP/1.0";
  if (got.is_interim()) return {};
  if (got.status() == 101) {
    return may_upgrade(request, shape) ? "" : "an upgrade that nobody asked for";
  }
  const bool is_gathered = said.is_whole || said.framed_bytes() >= shape.response_buffer_bytes;
  return is_gathered ? why_not_payload(said, got) : "not gathered";
}

}  // namespace penstock::fuzz
