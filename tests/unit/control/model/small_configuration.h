// SPDX-License-Identifier: Apache-2.0
//
// A small desired state in which nothing is wrong, for tests to break at one place, and the
// problems of a broken one as "path: text" lines.
#pragma once

#include <string>
#include <vector>

#include "control/model/configuration.h"
#include "control/model/validate.h"

namespace penstock::model {

inline base::IpPrefix prefix(const char* text) { return base::IpPrefix::parse(text).value(); }
inline base::IpAddress address(const char* text) { return base::IpAddress::parse(text).value(); }
inline base::Endpoint endpoint(const char* text) { return base::Endpoint::parse(text).value(); }

inline Backend backend(const char* address_and_port) {
  Backend result;
  result.name = address_and_port;
  result.address = endpoint(address_and_port);
  return result;
}

inline Configuration small_configuration() {
  Configuration c;
  c.ports.resize(2);
  c.ports[0].name = "client";
  c.ports[0].device = "net_tap0,iface=a";
  c.ports[0].addresses = {prefix("10.1.0.1/24")};
  c.ports[1].name = "backend";
  c.ports[1].device = "net_tap1,iface=b";
  c.ports[1].addresses = {prefix("10.2.0.1/24")};
  c.listeners = {{"web", endpoint("10.1.0.1:80")}};
  c.pools.resize(1);
  c.pools[0].name = "api";
  c.pools[0].backends = {backend("10.2.0.11:80"), backend("10.2.0.12:80")};
  c.rules.resize(1);
  c.rules[0].name = "rules[0]";
  c.rules[0].action = Forward{"api"};
  return c;
}

inline std::vector<std::string> problems_of(const Configuration& configuration) {
  std::vector<std::string> lines;
  for (const Problem& problem : validate(configuration, SourceMap("test"))) {
    lines.push_back(problem.path + ": " + problem.text);
  }
  return lines;
}

// Whether one of the problems is with the part at `path`.
inline bool blames(const Configuration& configuration, const std::string& path) {
  for (const Problem& problem : validate(configuration, SourceMap("test"))) {
    if (problem.path == path) return true;
  }
  return false;
}

}  // namespace penstock::model
