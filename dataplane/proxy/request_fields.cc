// SPDX-License-Identifier: Apache-2.0
#include "dataplane/proxy/request_fields.h"

#include <strings.h>

#include <span>

namespace penstock::proxy {

std::optional<route::FoundField> RequestFields::find(std::string_view name,
                                                     uint32_t from) const noexcept {
  const std::span<const http::Field> fields = fields_.fields();
  for (size_t i = from; i < fields.size(); ++i) {
    if (fields[i].name.length != name.size()) continue;
    const std::string_view other = http::view(fields[i].name, head_);
    if (strncasecmp(other.data(), name.data(), name.size()) != 0) continue;
    if (fields[i].id == http::FieldId::Dropped) continue;
    return route::FoundField{http::view(fields[i].value, head_), static_cast<uint32_t>(i + 1)};
  }
  return std::nullopt;
}

}  // namespace penstock::proxy
