// SPDX-License-Identifier: Apache-2.0
//
// Reads a piece of configuration text for tests, without judging its meaning, and gives the
// problems as "LINE: path: text" lines.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "control/config/parse.h"
#include "control/config/read_configuration.h"

namespace penstock::config {

struct ReadText {
  model::Configuration configuration;
  Reading reading;
  std::vector<std::string> problems;
};

inline ReadText read_text(std::string_view text) {
  const auto tree = parse("test.cfg", text);
  CHECK(tree.ok());
  ReadText result;
  result.configuration = read_configuration(*tree, result.reading);
  for (const model::Problem& problem : result.reading.problems) {
    result.problems.push_back(std::to_string(problem.line) + ": " + problem.path + ": " +
                              problem.text);
  }
  return result;
}

// With the lists that must be there, so that only `text` can be wrong.
inline ReadText read_with_network(std::string_view text) {
  return read_text("ports = (); listeners = (); " + std::string(text));
}

inline bool blames(const ReadText& read, std::string_view path) {
  for (const model::Problem& problem : read.reading.problems) {
    if (problem.path == path) return true;
  }
  return false;
}

}  // namespace penstock::config
