// SPDX-License-Identifier: Apache-2.0
//
// What the tool can say of a configuration file without a running daemon: check it, and explain
// where a request would go. It is the code that penstockd runs, so it is what penstockd would say.
// Pure but for reading the file.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "control/tool/admin_client.h"
#include "dataplane/base/address.h"

namespace penstock::tool {

struct RequestWords {
  std::string method;
  std::string url;
  std::vector<std::string> fields;  // "Name: value"
  std::optional<base::IpAddress> source;
};

// The warnings, or all problems.
base::Result<Lines, Lines> check_offline(const std::string& file);

// As the daemon's /explain.
Answer explain_offline(const std::string& file, const RequestWords& words);

}  // namespace penstock::tool
