// SPDX-License-Identifier: Apache-2.0
//
// A described request as a worker would read it: written as a client would send it, parsed and
// judged by the code that reads real requests, so that `penstock explain` has no second opinion.
// Control thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "control/compile/request_description.h"
#include "dataplane/http/client_address.h"
#include "dataplane/http/compliance.h"
#include "dataplane/http/message.h"
#include "dataplane/route/request_view.h"

namespace penstock::compile {

class DescribedHead final : public route::FieldLookup {
 public:
  DescribedHead(const RequestDescription& request, const http::RequestPolicy& policy);
  DescribedHead(const DescribedHead&) = delete;
  DescribedHead& operator=(const DescribedHead&) = delete;

  // Why a worker would not even look for a rule; None when it would. Nothing else is meaningful
  // otherwise.
  http::ReplyReason refusal() const { return judgement_.refusal; }
  std::string_view path() const { return judgement_.path; }  // as rules see it
  std::vector<std::string> deviations() const;
  std::optional<route::FoundField> find(std::string_view name,
                                        uint32_t from) const noexcept override;
  // Who asks, when `peer` opened the connection.
  base::IpAddress client(base::IpAddress peer, const base::PrefixSet& trusted) const {
    return http::client_address(peer, head_.fields, bytes(), trusted);
  }
  // Of this head; `client` is who asks.
  route::RequestView view(base::IpAddress client) const;

 private:
  std::string_view of(http::Text text) const { return http::view(text, bytes()); }
  base::ByteSpan bytes() const { return base::as_bytes(text_); }

  std::string text_;
  std::vector<uint8_t> path_room_;
  http::RequestHead head_;
  http::Judgement judgement_;
};

}  // namespace penstock::compile
