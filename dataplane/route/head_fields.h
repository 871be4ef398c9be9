// SPDX-License-Identifier: Apache-2.0
//
// Rules look at a parsed request head through this: its fields, and its other parts as views.
// It copies nothing; head and bytes stay in place while the view is used.
// Called by proxy on a worker, for each request.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "dataplane/base/bytes.h"
#include "dataplane/http/message.h"
#include "dataplane/route/request_view.h"

namespace penstock::route {

class HeadFields final : public FieldLookup {
 public:
  HeadFields(const http::FieldTable& fields, base::ByteSpan head) noexcept
      : fields_(&fields), head_(head) {}

  std::optional<std::string_view> find(std::string_view name, uint32_t nth) const noexcept override;

 private:
  const http::FieldTable* fields_;
  base::ByteSpan head_;
};

// `fields` is made from the same head and must live as long as the view.
RequestView view_request(const http::RequestHead& request, base::ByteSpan head,
                         const HeadFields& fields, base::IpAddress source) noexcept;

}  // namespace penstock::route
