// SPDX-License-Identifier: Apache-2.0
//
// The files of config/ that go to operators: right, complete, and as small as promised.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "control/config/load.h"
#include "control/config/parse.h"
#include "control/config/read_configuration.h"
#include "tests/golden/golden_pairs.h"

namespace penstock::golden {
namespace {

const std::filesystem::path kShipped = PENSTOCK_CONFIG;

class Shipped : public ::testing::TestWithParam<std::string> {};

TEST_P(Shipped, IsRight) {
  const InsideFolder inside(kShipped);
  EXPECT_EQ(lines_of(config::load_file(GetParam() + ".cfg").problems), "");
}

INSTANTIATE_TEST_SUITE_P(Configurations, Shipped, ::testing::ValuesIn(names_in(kShipped)),
                         [](const auto& name) { return name.param; });

// "pools.backends.weight", without indexes, of everything that is written.
void add_keys(const config::Node& node, const std::string& path, std::set<std::string>& keys) {
  for (const config::Node& child : node.children) {
    const std::string child_path = model::joined(path, child.name);
    if (!child.name.empty()) keys.insert(child_path);
    add_keys(child, child_path, keys);
  }
}

TEST(Reference, ShowsEveryKeyThereIs) {
  const auto tree = config::parse("reference.cfg", text_of(kShipped / "reference.cfg"));
  ASSERT_TRUE(tree.ok());
  config::Reading reading;
  config::read_configuration(*tree, reading);
  std::set<std::string> written;
  add_keys(*tree, "", written);
  EXPECT_EQ(written, reading.keys_asked);
}

TEST(Reference, ShowsTheDefaults) {
  const auto shown = config::load_file(kShipped / "reference.cfg").configuration;
  const model::Configuration defaults;
  EXPECT_EQ(shown.workers, defaults.workers);
  EXPECT_EQ(shown.memory, defaults.memory);
  EXPECT_EQ(shown.admin, defaults.admin);
  EXPECT_EQ(shown.log, defaults.log);
  EXPECT_EQ(shown.http, defaults.http);
  EXPECT_EQ(shown.forwarding, defaults.forwarding);
  EXPECT_EQ(shown.timeouts, defaults.timeouts);
  EXPECT_EQ(shown.limits, defaults.limits);
  ASSERT_EQ(shown.pools.size(), 1u);
  model::Pool pool = shown.pools[0];
  // A bare backend beside one with every key written.
  EXPECT_EQ(pool.backends.at(0).weight, pool.backends.at(1).weight);
  EXPECT_EQ(pool.backends.at(0).state, pool.backends.at(1).state);
  pool.name.clear();
  pool.backends.clear();
  EXPECT_EQ(pool, model::Pool{});
}

TEST(Minimal, IsAboutTenLines) {
  const std::string text = text_of(kShipped / "minimal.cfg");
  EXPECT_LE(std::count(text.begin(), text.end(), '\n'), 12);
}

TEST(Quickstart, TakesNoUnknownHost) {
  const auto quickstart = config::load_file(kShipped / "quickstart.cfg").configuration;
  for (const model::Rule& rule : quickstart.rules) EXPECT_FALSE(rule.hosts.empty()) << rule.name;
}

}  // namespace
}  // namespace penstock::golden
