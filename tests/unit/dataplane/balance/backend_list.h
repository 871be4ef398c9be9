// SPDX-License-Identifier: Apache-2.0
//
// Lists of backends for tests: "backend0", "backend1", ... with ids 100, 101, ... so that an id is
// never mistaken for a place.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "dataplane/balance/backend.h"

namespace penstock::balance {

inline Backend make_backend(uint32_t number, uint32_t weight = 1) {
  Backend backend;
  backend.id = 100 + number;
  backend.name = "backend" + std::to_string(number);
  backend.endpoint = {base::IpAddress::from_v4(0x0a000000 + number), 80};
  backend.weight = weight;
  return backend;
}

inline std::vector<Backend> make_backends(uint32_t count) {
  std::vector<Backend> backends;
  for (uint32_t i = 0; i < count; ++i) backends.push_back(make_backend(i));
  return backends;
}

}  // namespace penstock::balance
