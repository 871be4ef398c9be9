// SPDX-License-Identifier: Apache-2.0
//
// One thing that is wrong with a configuration, told the way an operator can act on: where it
// stands, what is wrong and what is accepted. Problems are collected, never thrown, and a
// configuration with any problem is refused as a whole (DESIGN.md, decisions 7 and 10).
// Produced by config/, model/validate and compile/; printed by the tool, the daemon and admin.
// Control thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace penstock::model {

struct Problem {
  std::string file;
  uint32_t line = 0;
  std::string path;  // "pools[0].backends[2].weight"; empty for the file as a whole
  std::string text;  // "300 is out of range; accepted: 0 to 256"

  // "FILE:LINE: path.to.key: what is wrong and what is accepted"
  std::string format() const;
  bool operator==(const Problem&) const = default;
};

using Problems = std::vector<Problem>;

// Orders by place in the file, so that an operator can work from top to bottom.
void sort_by_place(Problems& problems);

}  // namespace penstock::model
