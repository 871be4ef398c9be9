// SPDX-License-Identifier: Apache-2.0
#include "dataplane/http/h1/request_target.h"

#include <algorithm>
#include <string_view>

#include "dataplane/http/byte_scan.h"
#include "dataplane/http/semantics.h"

namespace penstock::http::h1 {
namespace {

RequestTarget refused(ReplyReason why) noexcept {
  RequestTarget target;
  target.refusal = why;
  return target;
}

// The bytes [begin, end) of the received ones, as a path and what follows its first "?".
void split_query(Text all, base::ByteSpan received, RequestTarget& result) noexcept {
  const std::string_view text = view(all, received);
  const auto mark = static_cast<uint32_t>(std::min(text.find('?'), text.size()));
  result.path = {all.offset, mark};
  const uint32_t query = std::min(mark + 1, all.length);
  result.query = {all.offset + query, all.length - query};
}

uint32_t scheme_length(std::string_view target) noexcept {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (equals_ignore_case(target.substr(0, scheme.size()), scheme)) {
      return static_cast<uint32_t>(scheme.size());
    }
  }
  return 0;
}

RequestTarget parse_absolute(Text target, base::ByteSpan received) noexcept {
  const std::string_view text = view(target, received);
  const uint32_t scheme = scheme_length(text);
  if (scheme == 0) return refused(ReplyReason::TargetInvalid);
  const auto authority_end =
      static_cast<uint32_t>(std::min(text.find_first_of("/?", scheme), text.size()));
  const std::string_view authority = text.substr(scheme, authority_end - scheme);
  const auto host = parse_host(authority);
  if (!host) return refused(ReplyReason::TargetInvalid);
  RequestTarget result;
  result.form = TargetForm::Absolute;
  result.authority = {target.offset + scheme, static_cast<uint32_t>(host->host.size())};
  result.host_value = {target.offset + scheme, authority_end - scheme};
  split_query({target.offset + authority_end, target.length - authority_end}, received, result);
  // RFC 9110 4.2.3: an empty path is "/". The last byte of "://" lends its position.
  if (result.path.empty()) result.path = {target.offset + scheme - 1, 1};
  return result;
}

RequestTarget parse_legal(Method method, Text target, base::ByteSpan received) noexcept {
  const std::string_view text = view(target, received);
  RequestTarget result;
  if (text.front() == '/') {
    split_query(target, received, result);
    return result;
  }
  if (text == "*") {
    if (method != Method::Options) return refused(ReplyReason::TargetInvalid);
    result.form = TargetForm::Asterisk;
    result.path = target;
    return result;
  }
  return parse_absolute(target, received);
}

}  // namespace

RequestTarget parse_target(Method method, Text target, base::ByteSpan received) noexcept {
  const std::string_view text = view(target, received);
  // The usual target is a URI, which one look tells.
  if (class_end<kUriChar>(text) == text.size()) return parse_legal(method, target, received);
  if (class_end<kTargetChar>(text) != text.size()) return refused(ReplyReason::TargetInvalid);
  RequestTarget result = parse_legal(method, target, received);
  result.is_uri = consists_of(kUriChar, view(result.path, received)) &&
                  consists_of(kUriChar, view(result.query, received));
  return result;
}

}  // namespace penstock::http::h1
