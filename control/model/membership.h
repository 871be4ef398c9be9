// SPDX-License-Identifier: Apache-2.0
//
// Edits of a pool's members: each takes a desired state and gives the changed one, or a sentence
// that says why not and what is there. Nothing is changed in place, so a refused edit leaves no
// trace. The result is as valid as the argument was.
// A SourceMap made for the argument no longer names the backends of an edited pool rightly.
// Control thread.
#pragma once

#include <cstdint>
#include <string>

#include "control/model/configuration.h"
#include "dataplane/base/result.h"

namespace penstock::model {

// Names a backend of a pool, by the backend's name or by its ADDRESS:PORT.
struct BackendReference {
  std::string pool;
  std::string backend;
};

using Edited = base::Result<Configuration, std::string>;

// Adds a backend at the end. One that is there and draining becomes active again, with the new
// weight; one that is there and active is refused.
Edited add_backend(const Configuration& configuration, const std::string& pool, Backend backend);
Edited set_backend_weight(const Configuration& configuration, const BackendReference& reference,
                          uint32_t weight);
Edited drain_backend(const Configuration& configuration, const BackendReference& reference);
Edited remove_backend(const Configuration& configuration, const BackendReference& reference);

}  // namespace penstock::model
