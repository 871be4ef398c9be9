// SPDX-License-Identifier: Apache-2.0
#include "control/tool/tool.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "control/admin/admin_server.h"
#include "tests/support/running_controller.h"

namespace penstock::tool {
namespace {

using ::testing::HasSubstr;

struct Ran {
  int status = 0;
  std::string out;
  std::string err;
};

Ran run(const std::vector<std::string>& words) {
  std::ostringstream out;
  std::ostringstream err;
  const int status = run_tool(words, out, err);
  return {status, out.str(), err.str()};
}

// The tool against a daemon's admin server in the same process.
class ToolTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto started = admin::AdminServer::start(running_.socket(), running_.controller());
    ASSERT_TRUE(started.ok());
    server_ = std::move(started).value();
  }
  Ran ask(std::vector<std::string> words) {
    words.insert(words.begin(), {"--socket", running_.socket()});
    return run(words);
  }
  nlohmann::json backends_of(const std::string& pool) {
    const Ran ran = ask({"backends", pool, "--json"});
    return nlohmann::json::parse(ran.out)["pools"][0]["backends"];
  }

  penstock::testing::RunningController running_;
  std::unique_ptr<admin::AdminServer> server_;
};

TEST_F(ToolTest, ShowsTheStatus) {
  const Ran ran = ask({"status"});
  EXPECT_EQ(ran.status, 0);
  EXPECT_THAT(ran.out, HasSubstr("web       10.80.1.1:80"));
  EXPECT_EQ(ran.err, "");
}

TEST_F(ToolTest, ShowsTheStatusAsJson) {
  const auto json = nlohmann::json::parse(ask({"status", "--json"}).out);
  EXPECT_EQ(json["generation"], 1);
}

TEST_F(ToolTest, ShowsBackendsOfAllPoolsOrOfOne) {
  EXPECT_THAT(ask({"backends"}).out, HasSubstr("shop (maglev by path)"));
  EXPECT_THAT(ask({"backends", "api"}).out, ::testing::Not(HasSubstr("shop")));
  const Ran ran = ask({"backends", "none"});
  EXPECT_EQ(ran.status, 1);
  EXPECT_EQ(ran.err, "there is no pool \"none\"\n");
}

TEST_F(ToolTest, AddsABackendWithAWeight) {
  EXPECT_EQ(ask({"backend", "add", "api", "10.80.2.50:80", "--weight", "4"}).status, 0);
  EXPECT_EQ(backends_of("api")[2]["address"], "10.80.2.50:80");
  EXPECT_EQ(backends_of("api")[2]["weight"], 4);
}

TEST_F(ToolTest, ChangesDrainsAndRemovesABackend) {
  EXPECT_THAT(ask({"backend", "weight", "api", "a1", "8"}).out,
              HasSubstr("generation 2 is live on all workers"));
  EXPECT_EQ(backends_of("api")[0]["weight"], 8);
  EXPECT_EQ(ask({"backend", "drain", "api", "a1"}).status, 0);
  EXPECT_EQ(backends_of("api")[0]["state"], "draining");
  EXPECT_EQ(ask({"backend", "undrain", "api", "a1"}).status, 0);
  EXPECT_EQ(backends_of("api")[0]["state"], "active");
  EXPECT_EQ(ask({"backend", "remove", "api", "10.80.2.11:80"}).status, 0);
  EXPECT_EQ(backends_of("api").size(), 1u);
}

TEST_F(ToolTest, SaysInOneLineWhyAChangeIsRefused) {
  const Ran ran = ask({"backend", "drain", "api", "none"});
  EXPECT_EQ(ran.status, 1);
  EXPECT_EQ(ran.err, "pool \"api\" has no backend \"none\"\n");
  EXPECT_EQ(ran.out, "");
}

TEST_F(ToolTest, ReloadsAndTellsWhatTheFileReplaced) {
  ask({"backend", "remove", "api", "a1"});
  EXPECT_THAT(ask({"reload"}).out, HasSubstr("1 runtime change was replaced"));
}

TEST_F(ToolTest, TellsEveryProblemOfAReload) {
  running_.write(penstock::testing::configuration_text(
      R"({ forward = "x"; }, { path_regex = "/("; forward = "api"; })"));
  const Ran ran = ask({"reload"});
  EXPECT_EQ(ran.status, 1);
  EXPECT_THAT(ran.err, HasSubstr(running_.file() + ":13: rules[0].forward: "));
  EXPECT_THAT(ran.err, HasSubstr(running_.file() + ":13: rules[1].path_regex: "));
}

TEST_F(ToolTest, ExplainsLikeTheFileAlone) {
  const std::vector<std::string> words = {
      "explain", "GET",    "http://10.80.1.1/x", "-H",       "Host: shop.example",
      "-H",      "X-A: 1", "--source",           "10.80.1.2"};
  const Ran online = ask(words);
  EXPECT_EQ(online.status, 0);
  EXPECT_THAT(online.out, HasSubstr("rule        shop\n"));
  std::vector<std::string> offline = words;
  offline.insert(offline.end(), {"--config", running_.file()});
  EXPECT_EQ(run(offline).out, online.out);
}

TEST_F(ToolTest, ChecksAFile) {
  const Ran ran = run({"check", running_.file()});
  EXPECT_EQ(ran.status, 0);
  EXPECT_EQ(ran.out, running_.file() + ": ok\n");
}

TEST(Tool, TellsTheProblemsOfAFileAndFails) {
  const Ran ran = run({"check", "no/such.cfg"});
  EXPECT_EQ(ran.status, 1);
  EXPECT_THAT(ran.err, HasSubstr("no/such.cfg"));
}

TEST(Tool, SaysItsVersion) { EXPECT_THAT(run({"version"}).out, HasSubstr("penstock 0.")); }

TEST(Tool, HelpsOnRequest) {
  const Ran ran = run({"--help"});
  EXPECT_EQ(ran.status, 0);
  EXPECT_THAT(ran.out, HasSubstr("explain"));
}

TEST(Tool, RefusesWordsItDoesNotKnowInOneSentence) {
  for (const std::vector<std::string>& words : {std::vector<std::string>{},
                                                {"nonsense"},
                                                {"check"},
                                                {"backend", "weight", "p", "b", "x"}}) {
    const Ran ran = run(words);
    EXPECT_EQ(ran.status, 1);
    EXPECT_EQ(std::count(ran.err.begin(), ran.err.end(), '\n'), 1) << ran.err;
  }
}

TEST(Tool, RefusesASourceThatIsNoAddress) {
  const Ran ran = run({"explain", "GET", "/", "--source", "x"});
  EXPECT_EQ(ran.status, 1);
  EXPECT_EQ(ran.err, "\"x\" is not an IP address\n");
}

}  // namespace
}  // namespace penstock::tool
