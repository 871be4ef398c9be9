// SPDX-License-Identifier: Apache-2.0
#include "control/tool/offline.h"

#include <gtest/gtest.h>

#include <fstream>

#include "tests/support/configured.h"
#include "tests/support/temporary_folder.h"

namespace penstock::tool {
namespace {

class Offline : public ::testing::Test {
 protected:
  std::string file(const std::string& text) {
    const std::string path = folder_.path() / "a.cfg";
    std::ofstream(path) << text;
    return path;
  }
  testing::TemporaryFolder folder_;
};

TEST_F(Offline, ChecksAFile) {
  EXPECT_TRUE(check_offline(file(testing::configuration_text())).ok());
}

TEST_F(Offline, TellsAllProblemsOfAFile) {
  const std::string path = file(testing::configuration_text(
      R"({ forward = "x"; }, { path_regex = "/("; forward = "api"; })"));
  const auto checked = check_offline(path);
  ASSERT_FALSE(checked.ok());
  ASSERT_EQ(checked.error().size(), 2u);
  EXPECT_EQ(checked.error()[0].substr(0, path.size() + 22), path + ":13: rules[0].forward:");
}

TEST_F(Offline, ExplainsARequest) {
  const auto answer = explain_offline(file(testing::configuration_text()),
                                      {"GET", "http://shop.example/", {}, std::nullopt});
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ((*answer)["rule"], "shop");
}

TEST_F(Offline, ExplainsNothingOfABadFile) {
  EXPECT_FALSE(explain_offline(file("x"), {"GET", "/", {}, std::nullopt}).ok());
}

}  // namespace
}  // namespace penstock::tool
