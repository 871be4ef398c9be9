// SPDX-License-Identifier: Apache-2.0
#include "control/config/load.h"

#include <gtest/gtest.h>

namespace penstock::config {
namespace {

const std::string kGood = R"(ports = (
  { name = "client"; device = "net_tap0"; addresses = ["10.1.0.1/24"]; }
);
listeners = ( { name = "web"; address = "10.1.0.1:80"; } );
pools = ( { name = "all"; backends = ( { address = "10.1.0.11:80"; } ); } );
rules = ( { forward = "all"; } );
)";

std::string lines_of(const Loaded& loaded) {
  std::string lines;
  for (const model::Problem& problem : loaded.problems) lines += problem.format() + "\n";
  return lines;
}

TEST(Load, FindsNothingWrongWithARightText) {
  const Loaded loaded = load_text("a.cfg", kGood);
  EXPECT_TRUE(loaded.ok()) << lines_of(loaded);
  EXPECT_TRUE(loaded.has_configuration);
  EXPECT_EQ(loaded.configuration.pools[0].backends[0].address.format(), "10.1.0.11:80");
}

TEST(Load, KeepsThePlaceOfEveryPart) {
  const Loaded loaded = load_text("a.cfg", kGood);
  EXPECT_EQ(loaded.sources.find("listeners[0].address"), (model::Location{"a.cfg", 4}));
  EXPECT_EQ(loaded.sources.find("rules[0].path_regex"), (model::Location{"a.cfg", 6}));
}

TEST(Load, AnswersKeysAndMeaningAtOnceInTheOrderOfTheText) {
  const Loaded loaded =
      load_text("a.cfg", kGood + "limits = { connections = 20; half_open = 21; };\n" +
                             "log = { level = 3; };\n");
  EXPECT_EQ(lines_of(loaded),
            "a.cfg:7: limits.half_open: 21 is more than connections (20); accepted: at most that\n"
            "a.cfg:8: log.level: wrong type: an integer; accepted: \"debug\", \"info\", "
            "\"warning\", \"error\"\n");
}

TEST(Load, SaysOneThingOnceAboutOneKey) {
  const Loaded loaded = load_text("a.cfg", "ports = (); listeners = 1;");
  EXPECT_EQ(lines_of(loaded),
            "a.cfg:1: listeners: wrong type: an integer; accepted: a list of groups ( { ... }, "
            "{ ... } )\n"
            "a.cfg:1: ports: 0 ports; accepted: 1 to 16\n");
}

TEST(Load, HasNoConfigurationWhenTheSyntaxIsWrong) {
  const Loaded loaded = load_text("a.cfg", "ports = ");
  EXPECT_FALSE(loaded.has_configuration);
  EXPECT_EQ(loaded.problems.size(), 1u);
}

TEST(Load, HasAConfigurationWhenOnlyValuesAreWrong) {
  const Loaded loaded = load_text("a.cfg", kGood + "limits = { retries = 9; };");
  EXPECT_TRUE(loaded.has_configuration);
  EXPECT_FALSE(loaded.ok());
}

TEST(Load, SaysWhyAFileCannotBeRead) {
  EXPECT_EQ(
      lines_of(load_file("no/such.cfg")),
      "no/such.cfg:0: cannot be read: No such file or directory; accepted: a readable file\n");
  EXPECT_EQ(lines_of(load_file(".")),
            ".:0: cannot be read: Is a directory; accepted: a readable file\n");
}

TEST(Load, SurvivesEveryBeginningOfAText) {
  for (size_t length = 0; length < kGood.size(); ++length) {
    const Loaded loaded = load_text("a.cfg", std::string_view(kGood).substr(0, length));
    for (const model::Problem& problem : loaded.problems) EXPECT_GE(problem.line, 1u);
  }
}

}  // namespace
}  // namespace penstock::config
