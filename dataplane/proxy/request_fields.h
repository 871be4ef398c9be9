// SPDX-License-Identifier: Apache-2.0
//
// Lets rules and key sources look fields up in a parsed request head.
// A view: the head and its bytes stay in place while it is used.
// Made by the conductor for one request, on the worker.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "dataplane/base/bytes.h"
#include "dataplane/http/headers.h"
#include "dataplane/route/request_view.h"

namespace penstock::proxy {

class RequestFields final : public route::FieldLookup {
 public:
  RequestFields(const http::FieldTable& fields, base::ByteSpan head) noexcept
      : fields_(fields), head_(head) {}

  std::optional<route::FoundField> find(std::string_view name,
                                        uint32_t from) const noexcept override;

 private:
  const http::FieldTable& fields_;
  base::ByteSpan head_;
};

}  // namespace penstock::proxy
