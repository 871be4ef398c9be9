// SPDX-License-Identifier: Apache-2.0
//
// What an operator wants of a rule: conditions that must all hold, and one action. An empty list of
// conditions of one sort accepts anything. Which rule wins is DESIGN.md 7; route/ decides it.
// Whether a regular expression is one is judged by compile/, with the pattern engine's own words.
// Control thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "dataplane/base/address.h"

namespace penstock::model {

struct PathCondition {
  enum class Kind : uint8_t {
    Any,
    Exact,   // `path`
    Prefix,  // `path_prefix`, by path element: /a takes /a and /a/b, not /ab
    Regex,   // `path_regex`
  };
  Kind kind = Kind::Any;
  std::string text;
  bool operator==(const PathCondition&) const = default;
};

// A header field or query parameter that must be there, and must have this value if one is given.
struct NamedCondition {
  std::string name;
  std::optional<std::string> value;
  bool operator==(const NamedCondition&) const = default;
};

struct Forward {
  std::string pool;  // name of a Pool
  bool operator==(const Forward&) const = default;
};

struct Respond {
  uint16_t status = 200;
  std::string content_type = "text/plain";
  std::string body;
  bool operator==(const Respond&) const = default;
};

// Parts that are not given are kept from the request; the query is always kept. A new scheme or
// host without a port goes to the scheme's own port.
struct Redirect {
  uint16_t status = 302;  // 301, 302, 303, 307 or 308
  std::optional<std::string> scheme;
  std::optional<std::string> host;
  std::optional<uint16_t> port;
  std::optional<std::string> path;         // replaces the whole path; excludes path_prefix
  std::optional<std::string> path_prefix;  // replaces what the rule's path_prefix matched
  bool operator==(const Redirect&) const = default;
};

using Action = std::variant<Forward, Respond, Redirect>;

struct Rule {
  std::string name;                    // for logs and `penstock explain`; default "rules[3]"
  std::vector<std::string> listeners;  // names of Listeners
  std::optional<int32_t> priority;     // smaller first, before all rules without
  std::vector<std::string> hosts;      // "shop.example" or "*.shop.example", lower case
  PathCondition path;
  std::vector<std::string> methods;
  std::vector<NamedCondition> headers;
  std::vector<NamedCondition> query;
  std::vector<base::IpPrefix> sources;         // networks; none: from anywhere
  std::vector<base::IpPrefix> except_sources;  // but not from these
  Action action;
  std::string request_rate;  // name of a RateLimit; "": none
  bool operator==(const Rule&) const = default;
};

// The key under which a path condition is written: "path", "path_prefix", "path_regex" or "".
const char* path_condition_key(PathCondition::Kind kind);

}  // namespace penstock::model
