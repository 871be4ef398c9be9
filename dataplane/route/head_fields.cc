// SPDX-License-Identifier: Apache-2.0
#include "dataplane/route/head_fields.h"

#include "dataplane/http/field.h"

namespace penstock::route {

std::optional<std::string_view> HeadFields::find(std::string_view name,
                                                 uint32_t nth) const noexcept {
  for (const http::Field& field : *fields_) {
    const std::string_view field_name = http::view(field.name, head_);
    if (field_name.size() != name.size() || !http::equals_ignore_case(field_name, name)) continue;
    if (nth-- == 0) return http::view(field.value, head_);
  }
  return std::nullopt;
}

RequestView view_request(const http::RequestHead& request, base::ByteSpan head,
                         const HeadFields& fields, base::IpAddress source) noexcept {
  return {
      .method = http::view(request.method_text, head),
      .host = http::view(request.authority, head),
      .path = http::view(request.path, head),
      .query = http::view(request.query, head),
      .fields = &fields,
      .source = source,
  };
}

}  // namespace penstock::route
