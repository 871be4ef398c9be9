// SPDX-License-Identifier: Apache-2.0
//
// Differential test: thousands of random rule sets and requests, against a matcher that asks every
// rule in turn and shares no code with the table (std::regex, no hashes, no Hyperscan).
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <regex>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "dataplane/base/random.h"
#include "dataplane/route/rule_table.h"
#include "tests/unit/dataplane/route/field_list.h"
#include "tests/unit/dataplane/route/rule_builder.h"

namespace penstock::route {
namespace {

// Few words, so that rules collide, shadow each other and are met by requests.
constexpr std::array kHosts = {
    "a.example", "b.example",  "x.a.example", "y.x.a.example", "A.Example", "a.example.",
    "example",   "xa.example", "c.d.example", "d.example",     "",          "10.0.0.1"};
constexpr std::array kHostConditions = {"a.example",     "b.example",  "*.a.example", "*.example",
                                        "*.x.a.example", "*.EXAMPLE",  "X.a.example", "*",
                                        "10.0.0.1",      "*.d.example"};
constexpr std::array kPaths = {"/",    "/a",      "/a/",  "/a/b", "/ab",    "/a/b/c", "/b",
                               "/a.b", "/v1/x",   "/v22", "/vx",  "/a//b",  "*",      "/A",
                               "/b/a", "/a/b/c/", "/v1",  "//a",  "/v1/x/", "/axb"};
constexpr std::array kPathConditions = {"/", "/a", "/a/", "/a/b", "/b", "/a.b", "/a/b/c", "/v1"};
constexpr std::array kRegexes = {"/a", "/v[0-9]+", "/v[0-9]+$", ".*/b", "/(a|b)/.*", "/a.b",
                                 ".*", "/a/b?",    "/[^/]+/x",  "^/a/", "/a$|/b",    "/[a-z]$"};

constexpr std::array kElements = {
    "a", "b", "", ".", "ab", "v1", "A", "8bytes.", "resource7345-of-25-bytes"};

// Whether a rule set has conditions that the engine for patterns matches; without them a set is
// compiled so fast that thousands can be tried.
enum class Engine : uint8_t { Used, Unused };

class Generator {
 public:
  Generator(uint64_t seed, Engine engine) : random_(seed), engine_(engine) {}

  bool one_in(uint64_t n) { return random_.below(n) == 0; }

  template <class Words>
  std::string word(const Words& words) {
    return words[random_.below(words.size())];
  }

  // A text of few words, or of random elements.
  template <class Words>
  std::string path(const Words& words) {
    if (one_in(2)) return word(words);
    std::string text = "/" + word(kElements);
    for (uint64_t more = random_.below(6); more != 0; --more) text += "/" + word(kElements);
    return text;
  }

  std::string host_condition() {
    for (;;) {
      const std::string text = word(kHostConditions);
      if (engine_ == Engine::Used || !text.starts_with("*.")) return text;
    }
  }

  Rule make_rule(size_t index) {
    RuleBuilder made = rule("rule" + std::to_string(index));
    if (one_in(4)) made.priority(static_cast<int32_t>(random_.below(4)) - 1);
    for (uint64_t hosts = random_.below(3); hosts != 0; --hosts) made.host(host_condition());
    switch (random_.below(5)) {
      case 0:
        made.exact(path(kPathConditions));
        break;
      case 1:
      case 2:
        made.prefix(path(kPathConditions));
        break;
      case 3:
        if (engine_ == Engine::Used) made.regex(word(kRegexes));
        break;
      default:
        break;
    }
    if (one_in(5)) made.method(one_in(2) ? "GET" : "POST");
    if (one_in(6)) made.method("PUT");
    if (one_in(5)) made.header("X-Env");
    if (one_in(5)) made.header("x-env", one_in(2) ? "blue" : "green");
    if (one_in(6)) made.query("q", one_in(2) ? std::optional<std::string>("1") : std::nullopt);
    if (one_in(6)) made.source(one_in(2) ? "10.0.0.0/24" : "10.0.0.0/8");
    return made;
  }

 private:
  base::Random random_;
  Engine engine_;
};

std::string fold(std::string text) {
  if (!text.empty() && text.back() == '.') text.pop_back();
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

bool host_holds(const HostMatch& match, const std::string& host) {
  if (match.kind == HostMatch::Kind::Any) return true;
  if (match.kind == HostMatch::Kind::Exact) return fold(host) == fold(match.text);
  const std::string suffix = "." + fold(match.text);
  const std::string folded = fold(host);
  return folded.size() > suffix.size() && folded.ends_with(suffix);
}

std::string chomp(std::string path) {
  if (path.ends_with('/')) path.pop_back();
  return path;
}

bool path_holds(const PathMatch& match, const std::string& path) {
  switch (match.kind) {
    case PathMatch::Kind::Any:
      return true;
    case PathMatch::Kind::Exact:
      return path == match.text;
    case PathMatch::Kind::Prefix:
      return path == chomp(match.text) || path.starts_with(chomp(match.text) + "/");
    case PathMatch::Kind::Regex:
      return std::regex_search(path, std::regex(match.text),
                               std::regex_constants::match_continuous);
  }
  return false;
}

bool further_hold(const Rule& rule, const RequestView& request) {
  const auto& methods = rule.methods;
  if (!methods.empty() && std::count(methods.begin(), methods.end(), request.method) == 0) {
    return false;
  }
  for (const HeaderCondition& condition : rule.headers) {
    const auto value = request.fields->first("X-ENV");
    if (!value || (condition.value && *condition.value != *value)) return false;
  }
  for (const QueryCondition& condition : rule.query) {
    if (request.query.empty() || (condition.value && request.query != "q=1")) return false;
  }
  for (const base::IpPrefix& prefix : rule.sources.networks()) {
    if (!prefix.contains(request.source)) return false;
  }
  for (const base::IpPrefix& prefix : rule.except_sources.networks()) {
    if (prefix.contains(request.source)) return false;
  }
  return true;
}

using Standing = std::tuple<int64_t, int, int64_t, int, int64_t, int64_t, size_t>;

Standing standing(const Rule& rule, const HostMatch& host, size_t index) {
  const bool wildcard = host.kind == HostMatch::Kind::Wildcard;
  const bool prefix = rule.path.kind == PathMatch::Kind::Prefix;
  constexpr std::array kHostOrder = {2, 0, 1};     // Any, Exact, Wildcard
  constexpr std::array kPathOrder = {3, 0, 1, 2};  // Any, Exact, Prefix, Regex
  const size_t conditions = rule.headers.size() + rule.query.size() +
                            (rule.methods.empty() ? 0 : 1) + (rule.sources.empty() ? 0 : 1) +
                            (rule.except_sources.empty() ? 0 : 1);
  return {rule.priority ? *rule.priority : int64_t{1} << 40,
          kHostOrder[static_cast<size_t>(host.kind)],
          wildcard ? -static_cast<int64_t>(host.text.size()) : 0,
          kPathOrder[static_cast<size_t>(rule.path.kind)],
          prefix ? -static_cast<int64_t>(chomp(rule.path.text).size()) : 0,
          -static_cast<int64_t>(conditions),
          index};
}

std::optional<uint32_t> naive_choice(const std::vector<Rule>& rules, const RequestView& request) {
  std::optional<Standing> best;
  for (size_t i = 0; i < rules.size(); ++i) {
    const std::string path(request.path);
    if (!path_holds(rules[i].path, path) || !further_hold(rules[i], request)) continue;
    std::vector<HostMatch> hosts = rules[i].hosts;
    if (hosts.empty()) hosts.push_back({});
    for (const HostMatch& host : hosts) {
      if (!host_holds(host, std::string(request.host))) continue;
      const Standing found = standing(rules[i], host, i);
      if (!best || found < *best) best = found;
    }
  }
  if (!best) return std::nullopt;
  return static_cast<uint32_t>(std::get<6>(*best));
}

void compare_choices(uint64_t seed, Engine engine) {
  Generator generator(seed, engine);
  std::vector<Rule> rules;
  const size_t count = 1 + seed % 40;
  for (size_t i = 0; i < count; ++i) rules.push_back(generator.make_rule(i));
  const auto compiled = RuleTable::compile(rules);
  ASSERT_TRUE(compiled.ok()) << "seed " << seed;
  const RuleTable& table = compiled.value();
  Scratch scratch;
  scratch.grow_for(table);
  const FieldList none;
  const FieldList blue({{"Accept", "*/*"}, {"X-Env", "blue"}});
  for (int i = 0; i < 30; ++i) {
    const std::string host = generator.word(kHosts);
    const std::string path = generator.path(kPaths);
    const RequestView request{
        .method = generator.one_in(2) ? "GET" : "POST",
        .host = host,
        .path = path,
        .query = generator.one_in(2) ? "q=1" : "",
        .fields = generator.one_in(2) ? &none : &blue,
        .source = base::IpAddress::from_v4(generator.one_in(2) ? 0x0a000001 : 0x0a010001)};
    const Rule* chosen = table.choose(request, scratch);
    std::optional<uint32_t> index;
    if (chosen != nullptr) index = table.index_of(*chosen);
    ASSERT_EQ(index, naive_choice(rules, request))
        << "seed " << seed << ", " << request.method << " " << host << " " << path;
    ASSERT_EQ(index, table.explain(request, scratch).winner) << "seed " << seed;
  }
}

TEST(RuleTable, ChoosesAndExplainsLikeANaiveMatcher) {
  for (uint64_t seed = 0; seed < 300 && !HasFatalFailure(); ++seed) {
    compare_choices(seed, Engine::Used);
  }
}

TEST(RuleTable, ChoosesLikeANaiveMatcherAmongNamesAndTextsAlone) {
  for (uint64_t seed = 0; seed < 3000 && !HasFatalFailure(); ++seed) {
    compare_choices(seed, Engine::Unused);
  }
}

}  // namespace
}  // namespace penstock::route
