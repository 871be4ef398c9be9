// SPDX-License-Identifier: Apache-2.0
//
// The policies by which a pool picks a backend. Each has a pair of files of its own; pool.h holds
// one of them. A new policy is a new pair, an enumerator here and an alternative there.
// Values only.
#pragma once

#include <cstdint>

namespace penstock::balance {

enum class Policy : uint8_t {
  Maglev,      // maglev.h: by the request's key
  RoundRobin,  // round_robin.h: in turn, by weight
};

}  // namespace penstock::balance
