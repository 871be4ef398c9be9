// SPDX-License-Identifier: Apache-2.0
#include "dataplane/proxy/request_fields.h"

#include <strings.h>

namespace penstock::proxy {

std::optional<std::string_view> RequestFields::find(std::string_view name,
                                                    uint32_t nth) const noexcept {
  for (const http::Field& field : fields_) {
    if (field.name.length != name.size()) continue;
    const std::string_view other = http::view(field.name, head_);
    if (strncasecmp(other.data(), name.data(), name.size()) != 0) continue;
    if (field.id == http::FieldId::Dropped) continue;
    if (nth-- == 0) return http::view(field.value, head_);
  }
  return std::nullopt;
}

}  // namespace penstock::proxy
