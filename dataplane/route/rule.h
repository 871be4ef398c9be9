// SPDX-License-Identifier: Apache-2.0
//
// One rule: conditions on a request, all of which must hold, and the action it then takes.
// Values only: rule_table.h judges, orders and matches them. A listener with rules of its own has a
// table of its own.
// Built by control; read by workers, unchanged after the snapshot is published.
// An empty list is no condition. Of a list of hosts, methods or sources one member must hold, of
// the excepted sources none; of the header and query conditions every one must.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dataplane/base/prefix_set.h"
#include "dataplane/route/action.h"

namespace penstock::route {

// Hosts are compared without regard to case and to one trailing dot, and never with a port.
// "*.example.com" takes every name below example.com, however deep (a.example.com and
// a.b.example.com), but not example.com itself.
struct HostMatch {
  enum class Kind : uint8_t { Any, Exact, Wildcard };
  Kind kind = Kind::Any;
  std::string text;  // Exact: the name; Wildcard: the suffix without "*." ("example.com")

  // "*" is Any, "*.example.com" Wildcard, everything else Exact; RuleTable::compile() judges it.
  static HostMatch from_text(std::string_view text);
  std::string format() const;
  bool operator==(const HostMatch&) const = default;
};

// Paths are compared byte by byte, as the client sent them, without the query.
// Prefix goes by whole path elements and ignores a slash at its end: "/a" and "/a/" both take
// "/a", "/a/" and "/a/b", not "/ab". Regex is Hyperscan's dialect, anchored at the start of the
// path and open at its end: "/v[0-9]+" takes "/v1/x", "/v[0-9]+$" does not.
struct PathMatch {
  enum class Kind : uint8_t { Any, Exact, Prefix, Regex };
  Kind kind = Kind::Any;
  std::string text;

  bool operator==(const PathMatch&) const = default;
};

// The name without regard to case; the value exactly. With several fields of that name, one is
// enough. Without a value: the field is there.
struct HeaderCondition {
  std::string name;
  std::optional<std::string> value;

  bool operator==(const HeaderCondition&) const = default;
};

// Name and value after percent-decoding and "+" for a space. Without a value: the name occurs.
struct QueryCondition {
  std::string name;
  std::optional<std::string> value;

  bool operator==(const QueryCondition&) const = default;
};

struct Rule {
  std::string name;
  std::optional<int32_t> priority;  // smaller first; a rule with one precedes all rules without
  std::vector<HostMatch> hosts;
  PathMatch path;
  std::vector<std::string> methods;
  std::vector<HeaderCondition> headers;
  std::vector<QueryCondition> query;
  base::PrefixSet sources;         // none: from anywhere
  base::PrefixSet except_sources;  // but not from here, though `sources` say so
  Action action;
  // How often requests may be taken that this rule takes: an index into the snapshot's rate limits,
  // and no condition. Without: as often as they like.
  std::optional<uint32_t> request_rate;
};

// The parts of a rule, for saying which one is wrong or did not hold.
enum class RulePart : uint8_t {
  None,
  Host,
  Path,
  Method,
  Header,
  Query,
  Source,
  ExceptSource,
  Effect,  // the action
  Table,   // the set of rules as a whole
};

const char* rule_part_name(RulePart part) noexcept;  // "host", "path", ...

}  // namespace penstock::route
