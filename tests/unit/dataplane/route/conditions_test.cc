// SPDX-License-Identifier: Apache-2.0
#include "dataplane/route/conditions.h"

#include <gtest/gtest.h>

#include "tests/unit/dataplane/route/field_list.h"
#include "tests/unit/dataplane/route/rule_builder.h"

namespace penstock::route {
namespace {

const FieldList kFields({{"X-Env", "blue"}, {"x-env", "green"}, {"Empty", ""}});

RequestView request() {
  return {.method = "GET",
          .host = "shop.example",
          .path = "/",
          .query = "a=1",
          .fields = &kFields,
          .source = base::IpAddress::from_v4(0x0a000001)};
}

RulePart failed(const Rule& rule) { return first_failed(rule, request()).part; }

TEST(Conditions, HoldWhenThereAreNone) { EXPECT_EQ(failed(rule("r")), RulePart::None); }

TEST(Conditions, TakeOneOfSeveralMethodsInTheirExactLetters) {
  EXPECT_EQ(failed(rule("r").method("HEAD").method("GET")), RulePart::None);
  EXPECT_EQ(failed(rule("r").method("get")), RulePart::Method);
}

TEST(Conditions, TakeASourceWithinOneOfThePrefixes) {
  EXPECT_EQ(failed(rule("r").source("192.0.2.0/24").source("10.0.0.0/8")), RulePart::None);
  EXPECT_EQ(failed(rule("r").source("10.0.1.0/24")), RulePart::Source);
}

TEST(Conditions, DoNotTakeASourceWithinAnExceptedPrefix) {
  EXPECT_EQ(failed(rule("r").except("192.0.2.0/24").except("10.0.0.0/8")), RulePart::ExceptSource);
  EXPECT_EQ(failed(rule("r").except("192.0.2.0/24")), RulePart::None);
  EXPECT_EQ(failed(rule("r").source("10.0.0.0/8").except("10.0.0.0/31")), RulePart::ExceptSource);
  EXPECT_EQ(failed(rule("r").source("10.0.0.0/8").except("10.0.0.2/31")), RulePart::None);
}

TEST(Conditions, NameTheFirstOfManyNetworks) {
  RuleBuilder many = rule("r");
  for (const char* network : {"1.0.0.0/8", "2.0.0.0/8", "3.0.0.0/8", "4.0.0.0/8", "5.0.0.0/8",
                              "6.0.0.0/8", "7.0.0.0/8", "8.0.0.0/8", "9.0.0.0/8", "10.0.0.0/8"}) {
    many.except(network);
  }
  EXPECT_EQ(failure_text(many, 0, {RulePart::ExceptSource, 0}),
            "the source address is in one of the excepted networks 1.0.0.0/8 2.0.0.0/8 3.0.0.0/8 "
            "4.0.0.0/8 5.0.0.0/8 6.0.0.0/8 7.0.0.0/8 8.0.0.0/8 and 2 more");
}

// A hundred rules may ask for one field, and a client may send a hundred of it.
TEST(Conditions, LookAtEachFieldOnceHoweverManyHaveTheName) {
  const FieldList fields(std::vector(120, std::pair<std::string, std::string>{"X-Env", "other"}));
  RequestView view = request();
  view.fields = &fields;
  EXPECT_EQ(first_failed(rule("r").header("X-Env", "blue"), view).part, RulePart::Header);
  EXPECT_EQ(fields.looked_at(), 120u);
}

TEST(Conditions, TakeAnyFieldOfTheName) {
  EXPECT_EQ(failed(rule("r").header("X-ENV", "green")), RulePart::None);
  EXPECT_EQ(failed(rule("r").header("x-env", "red")), RulePart::Header);
  EXPECT_EQ(failed(rule("r").header("x-env", "Blue")), RulePart::Header);
}

TEST(Conditions, TakeAFieldThatIsThereEvenIfEmpty) {
  EXPECT_EQ(failed(rule("r").header("empty")), RulePart::None);
  EXPECT_EQ(failed(rule("r").header("absent")), RulePart::Header);
}

TEST(Conditions, DemandEveryHeaderAndSayWhichFailed) {
  const Rule two = rule("r").header("x-env", "blue").header("absent");
  EXPECT_EQ(first_failed(two, request()).item, 1u);
}

TEST(Conditions, FindNoHeaderInARequestWithoutFields) {
  RequestView bare = request();
  bare.fields = nullptr;
  EXPECT_EQ(first_failed(rule("r").header("x-env"), bare).part, RulePart::Header);
}

TEST(Conditions, DemandEveryQueryParameter) {
  EXPECT_EQ(failed(rule("r").query("a")), RulePart::None);
  EXPECT_EQ(failed(rule("r").query("a").query("b")), RulePart::Query);
}

TEST(Conditions, SayInWordsWhatFailed) {
  const Rule all = rule("r")
                       .host("*.shop.example")
                       .prefix("/api")
                       .method("GET")
                       .method("HEAD")
                       .header("X-Env", "blue")
                       .header("X-Any")
                       .query("a", "1")
                       .source("10.0.0.0/8");
  EXPECT_EQ(failure_text(all, 0, {RulePart::Host, 0}), "the host is not *.shop.example");
  EXPECT_EQ(failure_text(all, 0, {RulePart::Path, 0}), "the path does not begin with /api");
  EXPECT_EQ(failure_text(all, 0, {RulePart::Method, 0}), "the method is not one of GET HEAD");
  EXPECT_EQ(failure_text(all, 0, {RulePart::Header, 0}), "the header X-Env is not \"blue\"");
  EXPECT_EQ(failure_text(all, 0, {RulePart::Header, 1}), "the header X-Any is not there");
  EXPECT_EQ(failure_text(all, 0, {RulePart::Query, 0}), "the query parameter a is not \"1\"");
  EXPECT_EQ(failure_text(all, 0, {RulePart::Source, 0}), "the source address is not in 10.0.0.0/8");
  EXPECT_EQ(failure_text(all, 0, {}), "all conditions hold");
}

}  // namespace
}  // namespace penstock::route
