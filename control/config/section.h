// SPDX-License-Identifier: Apache-2.0
//
// One group of the syntax tree, read key by key. Each read checks type, range and form, reports
// what is wrong, and gives a value to go on with, so that one pass finds every problem; a key that
// no read asked for is unknown. Reading a further key is one line in a read_*.cc.
// It judges one value at a time; what must hold between values is for model/validate.
// Control thread.
// Invariants: (1) finish() comes after the last read of a section; (2) lists keep their length, so
// that index N of the model is element N of the text.
#pragma once

#include <initializer_list>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "control/config/syntax_tree.h"
#include "control/model/problem.h"
#include "control/model/ranges.h"
#include "control/model/source_map.h"
#include "dataplane/base/address.h"
#include "dataplane/base/time.h"

namespace penstock::config {

// What one reading of a tree found out, apart from the values.
struct Reading {
  model::SourceMap sources;
  model::Problems problems;
  std::set<std::string> unreadable;  // paths of groups that are none
  std::set<std::string> keys_asked;  // without indexes: "pools.backends.weight"
};

enum class Presence : uint8_t { Required, Optional };

class Section {
 public:
  Section(Reading& reading, const Node& group, std::string path);

  const std::string& path() const { return path_; }
  // Whether the key was written, be its value right or wrong.
  bool has(std::string_view key);
  void add_problem(std::string_view key, std::string text);

  // The number, or `otherwise` when it is not there or not right.
  template <class Number>
  Number number(std::string_view key, const model::Range& range, Number otherwise) {
    return static_cast<Number>(read_number(key, range).value_or(static_cast<int64_t>(otherwise)));
  }
  std::optional<int64_t> read_number(std::string_view key, const model::Range& range);
  base::Duration milliseconds(std::string_view key, base::Duration otherwise);
  // The same, or 0 for none.
  base::Duration optional_milliseconds(std::string_view key, base::Duration otherwise);
  bool flag(std::string_view key);

  std::string text(std::string_view key, std::string otherwise);
  std::optional<std::string> optional_text(std::string_view key);
  // Empty when it is missing or wrong, which is then reported.
  std::string required_text(std::string_view key, std::string_view accepted);

  template <class Enum>
  Enum choice(std::string_view key, std::initializer_list<std::pair<const char*, Enum>> choices,
              Enum otherwise) {
    std::vector<std::string> words;
    for (const auto& [word, value] : choices) words.emplace_back(word);
    const std::optional<size_t> chosen = read_choice(key, words);
    return chosen ? (choices.begin() + *chosen)->second : otherwise;
  }

  // Addresses: unspecified when missing or wrong, which is then reported.
  base::Endpoint required_endpoint(std::string_view key);
  base::IpAddress required_address(std::string_view key);
  std::optional<base::IpAddress> optional_address(std::string_view key);
  base::IpPrefix required_prefix(std::string_view key);

  // Lists: empty when the key is not there.
  std::vector<std::string> texts(std::string_view key);
  std::optional<std::vector<uint32_t>> numbers(std::string_view key, const model::Range& range);
  std::vector<base::IpPrefix> prefixes(std::string_view key, Presence presence);
  std::vector<base::IpAddress> addresses(std::string_view key);

  // Groups.
  std::optional<Section> section(std::string_view key);
  std::vector<Section> sections(std::string_view key, Presence presence);

  // Reports every key that nobody asked for.
  void finish();

 private:
  // False for an element of another type, which has been reported; then nothing more is said.
  bool is_group() const { return group_->kind == Node::Kind::Group; }
  const Node* find(std::string_view key);
  // The node if it is there and of this kind; otherwise reports what is wrong.
  const Node* find_as(std::string_view key, Node::Kind kind, std::string_view accepted,
                      Presence presence = Presence::Optional);
  const Node* find_list(std::string_view key, std::string_view accepted, Presence presence);
  std::optional<size_t> read_choice(std::string_view key, const std::vector<std::string>& words);
  void add_problem_at(std::string path, std::string text);
  std::optional<std::string> element_text(const Node& element, const std::string& path,
                                          std::string_view accepted);

  Reading* reading_;
  const Node* group_;
  std::string path_;
  std::vector<std::string> asked_;
};

}  // namespace penstock::config
