// SPDX-License-Identifier: Apache-2.0
//
// Looks a parameter up in a query string, comparing after percent-decoding, without a decoded copy.
// Parameters are separated by "&" and split at their first "="; one without "=" has an empty value.
// Workers, for rules with query conditions; does not allocate.
// A percent sign that is not followed by two hexadecimal digits stands for itself.
// WHATWG URL, application/x-www-form-urlencoded.
#pragma once

#include <string_view>

#include "dataplane/route/rule.h"

namespace penstock::route {

// Whether one parameter of that name has the value, or exists where the condition names none.
bool holds(const QueryCondition& condition, std::string_view query) noexcept;

}  // namespace penstock::route
