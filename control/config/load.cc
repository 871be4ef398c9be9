// SPDX-License-Identifier: Apache-2.0
#include "control/config/load.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <set>
#include <utility>

#include "control/config/parse.h"
#include "control/config/read_configuration.h"
#include "control/model/validate.h"

namespace penstock::config {

namespace {

Loaded refused(model::Problem problem) {
  Loaded loaded;
  loaded.problems.push_back(std::move(problem));
  return loaded;
}

// What reading has said about a place need not be said again by validation, which only sees the
// default that took the place of the wrong value.
void add_meaning_problems(const Reading& reading, Loaded& loaded) {
  std::set<std::string> reported;
  for (const model::Problem& problem : loaded.problems) reported.insert(problem.path);
  const auto is_in_unreadable = [&](const std::string& path) {
    return reading.unreadable.count(path.substr(0, path.rfind('.'))) != 0;
  };
  for (model::Problem& problem : model::validate(loaded.configuration, loaded.sources)) {
    if (reported.count(problem.path) != 0 || is_in_unreadable(problem.path)) continue;
    loaded.problems.push_back(std::move(problem));
  }
}

}  // namespace

Loaded load_text(const std::string& file, std::string_view text) {
  const auto tree = parse(file, text);
  if (!tree) return refused(tree.error());
  Reading reading;
  reading.sources = model::SourceMap(tree->location);
  Loaded loaded;
  loaded.configuration = read_configuration(*tree, reading);
  loaded.sources = std::move(reading.sources);
  loaded.problems = std::move(reading.problems);
  loaded.has_configuration = true;
  add_meaning_problems(reading, loaded);
  model::sort_by_place(loaded.problems);
  return loaded;
}

Loaded load_file(const std::string& file) {
  errno = 0;
  std::ifstream input(file, std::ios::binary);
  std::string text;
  std::array<char, 16 * 1024> piece;
  // read() rather than iterators: a folder can be opened, and only read() reports that as a state
  // instead of an exception.
  while (input.read(piece.data(), piece.size()) || input.gcount() > 0) {
    text.append(piece.data(), static_cast<size_t>(input.gcount()));
  }
  if (!input.is_open() || input.bad()) {
    const char* reason = errno != 0 ? std::strerror(errno) : "unknown reason";
    return refused(
        {file, 0, "", std::string("cannot be read: ") + reason + "; accepted: a readable file"});
  }
  return load_text(file, text);
}

}  // namespace penstock::config
