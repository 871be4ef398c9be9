// SPDX-License-Identifier: Apache-2.0
//
// Why a change was refused: what sort of no it is (which HTTP status), and the problems. A refused
// change has changed nothing.
// Values only. Control thread.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "control/model/problem.h"

namespace penstock::admin {

struct Refusal {
  enum class Kind : uint8_t {
    NotFound,  // 404: no such pool or backend
    Conflict,  // 409: not in the present state
    Invalid,   // 422: what is asked for makes no sense
  };
  Kind kind = Kind::Invalid;
  model::Problems problems;

  static Refusal sentence(Kind kind, std::string text) {
    return {kind, {model::Problem{"", 0, "", std::move(text)}}};
  }
};

}  // namespace penstock::admin
