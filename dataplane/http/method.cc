// SPDX-License-Identifier: Apache-2.0
#include "dataplane/http/method.h"

#include <array>

namespace penstock::http {
namespace {

// In enum order.
constexpr std::array<std::string_view, 9> kMethods = {
    "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH",
};
static_assert(kMethods.size() == static_cast<unsigned>(Method::Other));

}  // namespace

Method parse_method(std::string_view text) noexcept {
  // GET comes first and is most of the traffic.
  for (unsigned i = 0; i < kMethods.size(); ++i) {
    if (text == kMethods[i]) return static_cast<Method>(i);
  }
  return Method::Other;
}

std::string_view method_text(Method method) noexcept {
  return method == Method::Other ? std::string_view() : kMethods[static_cast<unsigned>(method)];
}

}  // namespace penstock::http
