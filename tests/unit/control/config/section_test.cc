// SPDX-License-Identifier: Apache-2.0
#include "control/config/section.h"

#include <gtest/gtest.h>

#include "control/config/parse.h"

namespace penstock::config {
namespace {

class SectionTest : public ::testing::Test {
 protected:
  Section over(std::string_view text) {
    auto parsed = parse("a.cfg", text);
    CHECK(parsed.ok());
    tree_ = std::move(parsed).value();
    return Section(reading_, tree_, "");
  }
  // The problems found so far, each as "path: text".
  std::string problems() const {
    std::string lines;
    for (const model::Problem& problem : reading_.problems) {
      lines += problem.path + ": " + problem.text + "\n";
    }
    return lines;
  }

  Node tree_;
  Reading reading_;
};

constexpr model::Range kOneToNine{1, 9};

TEST_F(SectionTest, ReadsANumber) {
  EXPECT_EQ(over("n = 7;").number("n", kOneToNine, 1u), 7u);
  EXPECT_EQ(problems(), "");
}

TEST_F(SectionTest, GivesTheDefaultForANumberThatIsNotThere) {
  EXPECT_EQ(over("").number("n", kOneToNine, 3u), 3u);
  EXPECT_EQ(problems(), "");
}

TEST_F(SectionTest, ReportsANumberOutOfRangeAndGivesTheDefault) {
  EXPECT_EQ(over("n = 10;").number("n", kOneToNine, 3u), 3u);
  EXPECT_EQ(problems(), "n: 10 is out of range; accepted: an integer from 1 to 9\n");
}

TEST_F(SectionTest, ReportsAWrongTypeWithWhatIsAccepted) {
  over("n = \"7\";").number("n", kOneToNine, 3u);
  EXPECT_EQ(problems(), "n: wrong type: a string; accepted: an integer from 1 to 9\n");
}

TEST_F(SectionTest, ReadsMilliseconds) {
  EXPECT_EQ(over("t_ms = 250;").milliseconds("t_ms", {}), base::Duration::from_ms(250));
}

TEST_F(SectionTest, ReportsARequiredTextThatIsMissingOrEmpty) {
  Section section = over("empty = \"\";");
  section.required_text("gone", "a word");
  section.required_text("empty", "a word");
  EXPECT_EQ(problems(),
            "gone: missing key; accepted: a word\nempty: \"\" is not accepted; accepted: a word\n");
}

TEST_F(SectionTest, TellsAnAbsentTextFromAnEmptyOne) {
  Section section = over("empty = \"\";");
  EXPECT_EQ(section.optional_text("gone"), std::nullopt);
  EXPECT_EQ(section.optional_text("empty"), "");
}

TEST_F(SectionTest, ReadsAChoice) {
  EXPECT_EQ(over("c = \"b\";").choice("c", {{"a", 1}, {"b", 2}}, 0), 2);
  EXPECT_EQ(over("c = \"z\";").choice("c", {{"a", 1}, {"b", 2}}, 0), 0);
  EXPECT_EQ(problems(), "c: \"z\" is not accepted; accepted: \"a\", \"b\"\n");
}

TEST_F(SectionTest, ReadsAddresses) {
  Section section = over("e = \"10.0.0.1:80\"; a = \"10.0.0.2\"; p = \"10.0.0.0/8\";");
  EXPECT_EQ(section.required_endpoint("e").format(), "10.0.0.1:80");
  EXPECT_EQ(section.required_address("a").format(), "10.0.0.2");
  EXPECT_EQ(section.required_prefix("p").format(), "10.0.0.0/8");
  EXPECT_EQ(problems(), "");
}

TEST_F(SectionTest, ReportsBadAddressesAndGivesUnspecifiedOnes) {
  Section section = over("e = \"10.0.0.1\"; a = \"10.0.0\"; p = \"10.0.0.0\";");
  EXPECT_EQ(section.required_endpoint("e").port, 0);
  EXPECT_TRUE(section.required_address("a").is_unspecified());
  EXPECT_TRUE(section.required_prefix("p").address.is_unspecified());
  EXPECT_EQ(reading_.problems.size(), 3u);
}

TEST_F(SectionTest, KeepsTheLengthOfListsWithWrongElements) {
  Section section = over("t = (\"a\", 1, \"c\"); n = (1, \"x\"); p = (\"10.0.0.1/8\", \"y\");");
  EXPECT_EQ(section.texts("t"), (std::vector<std::string>{"a", "", "c"}));
  EXPECT_EQ(section.numbers("n", kOneToNine)->size(), 2u);
  EXPECT_EQ(section.prefixes("p", Presence::Optional).size(), 2u);
  EXPECT_EQ(problems(),
            "t[1]: wrong type: an integer; accepted: a string in \" \"\n"
            "n[1]: wrong type: a string; accepted: an integer from 1 to 9\n"
            "p[1]: \"y\" is not accepted; accepted: ADDRESS/LENGTH such as \"10.0.0.1/24\"\n");
}

TEST_F(SectionTest, SaysNothingMoreOfAnElementThatIsNoGroup) {
  Section section = over("g = ( { k = \"a\"; }, 5 );");
  std::vector<Section> elements = section.sections("g", Presence::Optional);
  ASSERT_EQ(elements.size(), 2u);
  for (Section& element : elements) {
    element.required_text("k", "a word");
    element.required_endpoint("e");
    element.required_address("a");
    element.finish();
  }
  EXPECT_EQ(problems(),
            "g[1]: wrong type: an integer; accepted: a group { ... }\n"
            "g[0].e: missing key; accepted: ADDRESS:PORT such as \"10.0.0.1:80\"\n"
            "g[0].a: missing key; accepted: an address such as \"10.0.0.1\"\n");
}

TEST_F(SectionTest, ReportsKeysThatNobodyAskedFor) {
  Section section = over("weight = 1; wieght = 2; colour = 3;");
  section.number("weight", kOneToNine, 1u);
  section.finish();
  EXPECT_EQ(problems(),
            "wieght: unknown key; did you mean weight? accepted: weight\n"
            "colour: unknown key; accepted: weight\n");
}

TEST_F(SectionTest, RemembersWhereWhatItReadStands) {
  Section section = over("\ng = (\n  { k = \"a\"; }\n);");
  section.sections("g", Presence::Optional)[0].optional_text("k");
  EXPECT_EQ(reading_.sources.find("g[0].k").line, 3u);
  EXPECT_EQ(reading_.sources.find("g").line, 2u);
}

TEST_F(SectionTest, RemembersWhatWasAskedWithoutIndexes) {
  Section section = over("g = ( { } );");
  section.sections("g", Presence::Optional)[0].optional_text("k");
  EXPECT_EQ(reading_.keys_asked, (std::set<std::string>{"g", "g.k"}));
}

}  // namespace
}  // namespace penstock::config
