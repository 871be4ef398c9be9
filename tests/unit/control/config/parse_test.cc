// SPDX-License-Identifier: Apache-2.0
#include "control/config/parse.h"

#include <gtest/gtest.h>

namespace penstock::config {
namespace {

TEST(Parse, KeepsNamesKindsAndValues) {
  const auto tree = parse("a.cfg", "i = -7; f = 0.5; b = true; s = \"x\" \"y\"; l = (1, \"a\");");
  ASSERT_TRUE(tree.ok());
  const std::vector<Node>& nodes = tree->children;
  ASSERT_EQ(nodes.size(), 5u);
  EXPECT_EQ(nodes[0].name, "i");
  EXPECT_EQ(nodes[0].kind, Node::Kind::Integer);
  EXPECT_EQ(nodes[0].integer, -7);
  EXPECT_EQ(nodes[1].kind, Node::Kind::Float);
  EXPECT_EQ(nodes[1].real, 0.5);
  EXPECT_EQ(nodes[2].kind, Node::Kind::Boolean);
  EXPECT_EQ(nodes[2].integer, 1);
  EXPECT_EQ(nodes[3].text, "xy");
  ASSERT_EQ(nodes[4].kind, Node::Kind::List);
  EXPECT_EQ(nodes[4].children[1].text, "a");
}

TEST(Parse, TakesArraysForLists) {
  const auto tree = parse("a.cfg", "a = [1, 2];");
  ASSERT_TRUE(tree.ok());
  EXPECT_EQ(tree->children[0].kind, Node::Kind::List);
  EXPECT_EQ(tree->children[0].children[1].integer, 2);
}

TEST(Parse, KeepsIntegersThatNeed64Bits) {
  const auto tree = parse("a.cfg", "a = 5000000000L;");
  ASSERT_TRUE(tree.ok());
  EXPECT_EQ(tree->children[0].integer, 5'000'000'000);
}

TEST(Parse, RefusesAnIntegerThatWouldBeCut) {
  const auto tree = parse("a.cfg", "\na = 4294967312;");
  ASSERT_FALSE(tree.ok());
  EXPECT_EQ(tree.error().line, 2u);
}

TEST(Parse, KeepsTheLineOfEveryPart) {
  const auto tree = parse("dir/a.cfg", "\n\nl = (\n  { k = 1;\n    m = 2; },\n  { }\n);\n");
  ASSERT_TRUE(tree.ok());
  const Node& list = tree->children[0];
  EXPECT_EQ(list.location, (model::Location{"dir/a.cfg", 3}));
  EXPECT_EQ(list.children[0].location.line, 4u);
  EXPECT_EQ(list.children[0].children[1].location.line, 5u);
  EXPECT_EQ(list.children[1].location.line, 6u);
}

TEST(Parse, AcceptsAnEmptyText) {
  const auto tree = parse("a.cfg", "");
  ASSERT_TRUE(tree.ok());
  EXPECT_TRUE(tree->children.empty());
}

TEST(Parse, SaysWhereTheSyntaxIsWrong) {
  const auto tree = parse("a.cfg", "a = 1;\nb = = 2;\n");
  ASSERT_FALSE(tree.ok());
  EXPECT_EQ(tree.error().file, "a.cfg");
  EXPECT_EQ(tree.error().line, 2u);
  EXPECT_TRUE(tree.error().text.starts_with("syntax error; accepted: "));
}

TEST(Parse, RefusesAKeyTwice) {
  const auto tree = parse("a.cfg", "a = 1;\na = 2;\n");
  ASSERT_FALSE(tree.ok());
  EXPECT_EQ(tree.error().format(), "a.cfg:2: duplicate key; accepted: each key once in its group");
}

TEST(Parse, RefusesAZeroByteInsteadOfEndingThere) {
  const auto tree = parse("a.cfg", std::string_view("a = 1;\n\0b = 2;", 14));
  ASSERT_FALSE(tree.ok());
  EXPECT_EQ(tree.error().format(), "a.cfg:2: a zero byte; accepted: text");
}

TEST(Parse, EndsOrRefusesEveryBeginningOfAText) {
  const std::string text = "a = { b = ( { c = [1, 2]; }, \"x\" ); d = 0x1F; }; # end\n/* more */";
  for (size_t length = 0; length <= text.size(); ++length) {
    const auto tree = parse("a.cfg", std::string_view(text).substr(0, length));
    if (tree.ok()) continue;
    EXPECT_TRUE(tree.error().line == 1 || tree.error().line == 2) << length;
  }
}

TEST(Parse, SurvivesDeepNesting) {
  const std::string text = "a = " + std::string(100'000, '(');
  EXPECT_FALSE(parse("a.cfg", text).ok());
}

}  // namespace
}  // namespace penstock::config
