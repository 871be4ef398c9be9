// SPDX-License-Identifier: Apache-2.0
//
// The words of the admin API: bodies of requests -> values, and outcomes -> bodies of responses.
// An unknown key or a wrong type is a problem, as in the configuration file.
// Pure. Control thread.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "control/admin/controller.h"
#include "control/model/pool_model.h"
#include "control/model/problem.h"
#include "dataplane/base/result.h"

namespace penstock::admin {

// {"address": "10.0.0.1:80", "name": "a", "weight": 1}; address is required.
base::Result<model::Backend, model::Problems> parse_new_backend(const std::string& body);
// {"weight": 5, "state": "draining"}; at least one of them.
base::Result<BackendChange, model::Problems> parse_backend_change(const std::string& body);

nlohmann::json to_json(const Change& change);
// {"problems": [{"file", "line", "path", "text"}, ...]}
nlohmann::json problems_json(const model::Problems& problems);

}  // namespace penstock::admin
