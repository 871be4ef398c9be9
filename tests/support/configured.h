// SPDX-License-Identifier: Apache-2.0
//
// A configuration with two ports, a listener and the pools "api" (round robin) and "shop" (Maglev),
// as text that a test varies by its rules or by replacing a part, and checked.
#pragma once

#include <string>
#include <string_view>

#include "control/compile/configuration_check.h"
#include "control/config/load.h"
#include "dataplane/base/check.h"

namespace penstock::testing {

inline constexpr std::string_view kTwoRules = R"(
  { name = "api"; path_prefix = "/api"; forward = "api"; },
  { name = "shop"; hosts = ["shop.example"]; forward = "shop"; }
)";

inline std::string configuration_text(std::string_view rules = kTwoRules) {
  return R"(ports = (
  { name = "client"; device = "net_tap0"; addresses = ["10.80.1.1/24"]; },
  { name = "backend"; device = "net_tap1"; addresses = ["10.80.2.1/24"]; }
);
listeners = ( { name = "web"; address = "10.80.1.1:80"; } );
pools = (
  { name = "api"; policy = "round_robin"; backends = (
    { name = "a1"; address = "10.80.2.11:80"; },
    { name = "a2"; address = "10.80.2.12:80"; weight = 3; } ); },
  { name = "shop"; key = "path"; backends = ( { name = "s1"; address = "10.80.2.13:80"; },
                                              { name = "s2"; address = "10.80.2.14:80"; } ); }
);
rules = ()" +
         std::string(rules) + ");\n";
}

inline std::string replaced(std::string text, std::string_view part, std::string_view by) {
  const size_t place = text.find(part);
  CHECK(place != std::string::npos);
  return text.replace(place, part.size(), by);
}

inline compile::Checked checked(const std::string& text = configuration_text()) {
  return compile::check(config::load_text("test.cfg", text));
}

}  // namespace penstock::testing
