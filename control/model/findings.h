// SPDX-License-Identifier: Apache-2.0
//
// Collects what the parts of validate find, each with its place, and answers the questions that
// every part asks: is this text seen a second time, is it in range, does it obey its rule.
// Used within model/ only.
// Control thread.
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "control/model/problem.h"
#include "control/model/ranges.h"
#include "control/model/source_map.h"
#include "control/model/text_rules.h"

namespace penstock::model {

// Whether one of the items has the name. One without a name has been reported already, and may be
// the one that is meant.
template <class Named>
bool has_name(const std::vector<Named>& items, const std::string& name) {
  return std::any_of(items.begin(), items.end(),
                     [&](const Named& item) { return item.name == name || item.name.empty(); });
}

// `"web", "api"`
template <class Named>
std::string accepted_names(const std::vector<Named>& items) {
  std::string names;
  for (const Named& item : items) names += (names.empty() ? "" : ", ") + quoted(item.name);
  return names.empty() ? "none, since there are none" : names;
}

class Findings {
 public:
  explicit Findings(const SourceMap& sources) : sources_(sources) {}

  void add(std::string path, std::string text) {
    problems_.push_back(sources_.problem(std::move(path), std::move(text)));
  }
  void check_range(std::string path, int64_t value, const Range& range) {
    if (!range.contains(value)) add(std::move(path), range.refusal(value));
  }
  // `obeys` is the verdict of a rule in text_rules.h, `accepted` its sentence.
  template <class TextRule>
  void check_text(std::string path, std::string_view text, TextRule obeys,
                  std::string_view accepted) {
    if (obeys(text)) return;
    add(std::move(path), quoted(text) + " is not accepted; accepted: " + std::string(accepted));
  }
  Problems take() { return std::move(problems_); }

 private:
  const SourceMap& sources_;
  Problems problems_;
};

// Finds the second and later users of a text that must be unique.
class Uniqueness {
 public:
  Uniqueness(Findings& findings, std::string what) : findings_(findings), what_(std::move(what)) {}

  // Takes the text for the part at `path` and blames nobody.
  void reserve(const std::string& path, const std::string& text) {
    first_users_.try_emplace(text, path);
  }
  void check(const std::string& path, const std::string& text) {
    const auto [first, is_new] = first_users_.try_emplace(text, path);
    if (is_new) return;
    findings_.add(path, "duplicate " + what_ + " " + text + ", already used by " + first->second +
                            "; accepted: each " + what_ + " once");
  }

 private:
  Findings& findings_;
  std::string what_;
  std::map<std::string, std::string> first_users_;
};

}  // namespace penstock::model
