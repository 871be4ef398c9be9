// SPDX-License-Identifier: Apache-2.0
//
// What texts an operator may write where: names, host names, header tokens, URL paths.
// Strict, because these texts end up in responses, metrics and admin URLs.
// Each sentence says what is accepted, for use in problems.
// RFC 9110 5.6.2 (token), RFC 3986 3.3 (path), RFC 1123 2.1 (host names), RFC 6265 4.1.1 (cookies).
// Any thread.
#pragma once

#include <string>
#include <string_view>

namespace penstock::model {

// The text in quotes, with control characters as \xNN: a problem is one line.
std::string quoted(std::string_view text);

// Visible ASCII without quotes, backslash and slash, so that it fits metrics and admin URLs.
bool is_name(std::string_view text);
inline constexpr std::string_view kNameAccepted =
    "1 to 64 visible characters without quotes, slash and backslash";

bool is_token(std::string_view text);
inline constexpr std::string_view kTokenAccepted = "letters, digits and any of !#$%&'*+-.^_`|~";

// Letters, digits, hyphens and dots as DNS has them, in lower case; or an IPv4 address.
bool is_host(std::string_view text);
inline constexpr std::string_view kHostAccepted = "a host name in lower case such as shop.example";

// A host, or "*." and a host.
bool is_host_condition(std::string_view text);
inline constexpr std::string_view kHostConditionAccepted =
    "a host name in lower case, exact (shop.example) or wildcard (*.shop.example), without port";

// Begins with "/" and holds what the path of a request can hold.
bool is_url_path(std::string_view text);
inline constexpr std::string_view kUrlPathAccepted =
    "a path that begins with / and has no query, fragment, space or control character";

// What may stand in a header's value: visible ASCII and single spaces inside.
bool is_field_value(std::string_view text);
inline constexpr std::string_view kFieldValueAccepted =
    "printable ASCII without leading or trailing space";

}  // namespace penstock::model
