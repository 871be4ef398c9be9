// SPDX-License-Identifier: Apache-2.0
#include "control/compile/described_head.h"

#include <algorithm>

#include "dataplane/http/codec.h"

namespace penstock::compile {
namespace {

bool is_host(const std::pair<std::string, std::string>& field) {
  return http::equals_ignore_case(field.first, "host");
}

std::string head_text(const RequestDescription& request) {
  const bool names_host = std::any_of(request.fields.begin(), request.fields.end(), is_host);
  std::string text = request.method + " " + request.path;
  if (!request.query.empty()) text += "?" + request.query;
  // Only the old version may be without a host, as a description may.
  text += names_host || !request.host.empty() ? " HTTP/1.1\r\n" : " HTTP/1.0\r\n";
  if (!names_host && !request.host.empty()) text += "Host: " + request.host + "\r\n";
  for (const auto& [name, value] : request.fields) text += name + ": " + value + "\r\n";
  return text + "\r\n";
}

}  // namespace

DescribedHead::DescribedHead(const RequestDescription& request, const http::RequestPolicy& policy)
    : text_(head_text(request)), path_room_(text_.size()) {
  const http::ParseStep step = http::Codec().parse_head(bytes(), http::kRequestHeadLimits, head_);
  switch (step.state) {
    case http::ParseStep::State::Complete:
      judgement_ = http::judge_request(head_, bytes(), policy, path_room_);
      return;
    case http::ParseStep::State::Error:
      judgement_.refusal = step.error;
      return;
    case http::ParseStep::State::NeedMore:  // some text held the end of a head in itself
      judgement_.refusal = http::ReplyReason::RequestLineInvalid;
      return;
  }
}

std::vector<std::string> DescribedHead::deviations() const {
  std::vector<std::string> texts;
  judgement_.found.for_each(
      [&](http::Deviation deviation) { texts.emplace_back(http::entry_of(deviation).text); });
  return texts;
}

std::optional<route::FoundField> DescribedHead::find(std::string_view name,
                                                     uint32_t from) const noexcept {
  const auto fields = head_.fields.fields();
  for (size_t i = from; i < fields.size(); ++i) {
    const bool is_wanted = fields[i].id != http::FieldId::Dropped &&
                           http::equals_ignore_case(of(fields[i].name), name);
    if (is_wanted) return route::FoundField{of(fields[i].value), static_cast<uint32_t>(i + 1)};
  }
  return std::nullopt;
}

route::RequestView DescribedHead::view(base::IpAddress client) const {
  return {.method = of(head_.method_text),
          .host = of(head_.authority),
          .path = path(),
          .query = of(head_.query),
          .fields = this,
          .source = client};
}

}  // namespace penstock::compile
