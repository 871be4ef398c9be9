// SPDX-License-Identifier: Apache-2.0
//
// Short ways to say rules in tests: rule("a").host("*.example").prefix("/api").
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "dataplane/route/rule.h"

namespace penstock::route {

struct RuleBuilder {
  Rule built;

  RuleBuilder& host(const std::string& text) {
    built.hosts.push_back(HostMatch::from_text(text));
    return *this;
  }
  RuleBuilder& exact(std::string path) { return path_match(PathMatch::Kind::Exact, path); }
  RuleBuilder& prefix(std::string path) { return path_match(PathMatch::Kind::Prefix, path); }
  RuleBuilder& regex(std::string path) { return path_match(PathMatch::Kind::Regex, path); }
  RuleBuilder& priority(int32_t value) {
    built.priority = value;
    return *this;
  }
  RuleBuilder& method(std::string name) {
    built.methods.push_back(std::move(name));
    return *this;
  }
  RuleBuilder& header(std::string name, std::optional<std::string> value = std::nullopt) {
    built.headers.push_back({std::move(name), std::move(value)});
    return *this;
  }
  RuleBuilder& query(std::string name, std::optional<std::string> value = std::nullopt) {
    built.query.push_back({std::move(name), std::move(value)});
    return *this;
  }
  RuleBuilder& source(const char* prefix) {
    add_network(built.sources, prefix);
    return *this;
  }
  RuleBuilder& except(const char* prefix) {
    add_network(built.except_sources, prefix);
    return *this;
  }
  RuleBuilder& action(Action what) {
    built.action = std::move(what);
    return *this;
  }
  operator Rule() const { return built; }  // NOLINT: that is what it is for

 private:
  static void add_network(base::PrefixSet& set, const char* prefix) {
    std::vector<base::IpPrefix> networks(set.networks().begin(), set.networks().end());
    networks.push_back(base::IpPrefix::parse(prefix).value());
    set = base::PrefixSet(networks);
  }
  RuleBuilder& path_match(PathMatch::Kind kind, std::string& text) {
    built.path = {kind, std::move(text)};
    return *this;
  }
};

inline RuleBuilder rule(std::string name) {
  RuleBuilder builder;
  builder.built.name = std::move(name);
  return builder;
}

}  // namespace penstock::route
