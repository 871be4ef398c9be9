// SPDX-License-Identifier: Apache-2.0
//
// Configuration text after the syntax and before the meaning: named values, lists and groups, each
// with the place where it was written. Everything between parse.cc and the model reads this, so
// that only parse.cc knows libconfig.
// Control thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "control/model/source_map.h"

namespace penstock::config {

struct Node {
  enum class Kind : uint8_t { Group, List, Integer, Float, Boolean, String };

  Kind kind = Kind::Group;
  std::string name;  // empty for the elements of a list and for the whole
  model::Location location;
  int64_t integer = 0;  // of an Integer; 0 or 1 of a Boolean
  double real = 0;      // of a Float
  std::string text;     // of a String
  std::vector<Node> children;
};

// "a string", "an integer": for problems with the type.
const char* kind_name(Node::Kind kind);

}  // namespace penstock::config
