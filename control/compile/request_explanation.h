// SPDX-License-Identifier: Apache-2.0
//
// Answers the operator's "where would this request go, and why": the rules in order of precedence
// with the condition that failed, the one that wins, its action, and for a pool the key, its hash
// and the backend. Made by the functions that decide on real requests, not by a second opinion.
// Health is not part of it: workers pass over a backend for a moment after a failed connect.
// Pure. Control thread.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "control/compile/blueprint.h"
#include "control/compile/request_description.h"

namespace penstock::compile {

struct ConsideredRule {
  std::string name;
  std::string verdict;  // "path prefix /api does not match /index.html", or "all conditions hold"
};

struct ExplainedBackend {
  std::string name;
  std::string address;
  uint32_t weight = 0;
  bool is_draining = false;
};

// Why the pool gives this request to that backend.
struct ExplainedPool {
  std::string name;
  std::string policy;
  std::string key;        // "source address", "header X-User"; empty: the policy has none
  std::string key_value;  // "10.80.1.2"
  uint64_t key_hash = 0;
  std::vector<ExplainedBackend> backends;
  std::optional<std::string> chosen;  // absent: none takes work, or their turn decides
  std::string why;
};

struct RequestExplanation {
  std::string request;                  // "GET http://shop.example/a from 10.80.1.2"
  std::string listener;                 // whose rules were asked; empty: there is none
  std::string path;                     // as rules see it; empty: the request is refused before
  std::vector<std::string> deviations;  // from the standards
  std::vector<ConsideredRule> considered;
  std::optional<std::string> rule;
  std::string outcome;  // "forward to pool api", "respond 200", "404 no_rule", "400 host_invalid"
  std::optional<ExplainedPool> pool;
};

RequestExplanation explain(const Blueprint& blueprint, const RequestDescription& request);

nlohmann::json to_json(const RequestExplanation& explanation);

}  // namespace penstock::compile
