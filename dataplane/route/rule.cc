// SPDX-License-Identifier: Apache-2.0
#include "dataplane/route/rule.h"

namespace penstock::route {

HostMatch HostMatch::from_text(std::string_view text) {
  if (text == "*") return {Kind::Any, ""};
  if (text.starts_with("*.")) return {Kind::Wildcard, std::string(text.substr(2))};
  return {Kind::Exact, std::string(text)};
}

std::string HostMatch::format() const {
  switch (kind) {
    case Kind::Any:
      return "*";
    case Kind::Exact:
      return text;
    case Kind::Wildcard:
      return "*." + text;
  }
  return text;
}

const char* rule_part_name(RulePart part) noexcept {
  switch (part) {
    case RulePart::None:
      return "none";
    case RulePart::Host:
      return "host";
    case RulePart::Path:
      return "path";
    case RulePart::Method:
      return "method";
    case RulePart::Header:
      return "header";
    case RulePart::Query:
      return "query";
    case RulePart::Source:
      return "source";
    case RulePart::ExceptSource:
      return "excepted source";
    case RulePart::Effect:
      return "action";
    case RulePart::Table:
      return "table";
  }
  return "unknown";
}

}  // namespace penstock::route
