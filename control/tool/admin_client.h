// SPDX-License-Identifier: Apache-2.0
//
// Asks a running penstockd over its admin socket (paths and shapes: control/admin/README.md).
// One request at a time, each on its own connection. A failure is what to tell the operator: one
// line, or one for each problem.
// Single thread.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "dataplane/base/result.h"

namespace penstock::tool {

using Lines = std::vector<std::string>;
using Answer = base::Result<nlohmann::json, Lines>;

class AdminClient {
 public:
  explicit AdminClient(std::string socket_path) : socket_path_(std::move(socket_path)) {}

  Answer get(const std::string& path) const { return ask("GET", path, {}); }
  Answer post(const std::string& path, const nlohmann::json& body = {}) const {
    return ask("POST", path, body);
  }
  Answer patch(const std::string& path, const nlohmann::json& body) const {
    return ask("PATCH", path, body);
  }
  Answer remove(const std::string& path) const { return ask("DELETE", path, {}); }

 private:
  Answer ask(const char* method, const std::string& path, const nlohmann::json& body) const;

  std::string socket_path_;
};

// A text as one element of a path or one value of a query: all but unreserved characters encoded.
std::string url_encoded(const std::string& text);

}  // namespace penstock::tool
