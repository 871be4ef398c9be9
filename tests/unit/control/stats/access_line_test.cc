// SPDX-License-Identifier: Apache-2.0
#include "control/stats/access_line.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/sample_record.h"

namespace penstock::stats {
namespace {

using testing::sample_record;

// 2026-11-23T04:38:51Z, less the second and a half at which the sample begins.
constexpr int64_t kOffset = 1'795'408'731'000'000'000 - 1'500'000'000;

TEST(AccessLine, TellsAnExchange) {
  EXPECT_EQ(access_line(sample_record(), kOffset),
            "2026-11-23T04:38:51.000000Z 10.80.1.2:40000 \"GET /cart?id=1\" shop.example 200 none "
            "shop all 10.80.2.11:80 1 10 2048 1234 - -");
}

TEST(AccessLine, TellsMicrosecondsOfTheTime) {
  EXPECT_EQ(access_line(sample_record(), kOffset + 7'001'999).substr(0, 27),
            "2026-11-23T04:38:51.007001Z");
}

TEST(AccessLine, ShowsWhatThereIsNotAsADash) {
  proxy::AccessRecord record = sample_record();
  record.backend = {};
  record.rule.assign("");
  record.pool.assign("");
  record.status = 404;
  record.tries = 0;
  record.reason = http::ReplyReason::NoRule;
  EXPECT_EQ(access_line(record, kOffset).substr(28),
            "10.80.1.2:40000 \"GET /cart?id=1\" shop.example 404 no_rule - - - 0 10 2048 1234 - -");
}

TEST(AccessLine, NamesDeviationsAtItsEnd) {
  proxy::AccessRecord record = sample_record();
  record.deviations.add(http::Deviation::BodyUnexpected);
  record.deviations.add(http::Deviation::FieldEmpty);
  EXPECT_TRUE(access_line(record, kOffset).ends_with(" 1234 body_unexpected,field_empty -"));
}

TEST(AccessLine, TellsTheRequestId) {
  proxy::AccessRecord record = sample_record();
  record.request_id.assign("abc-123");
  EXPECT_TRUE(access_line(record, kOffset).ends_with(" 1234 - abc-123"));
}

TEST(AccessLine, TellsNoPortOfAClientThatAProxySpeaksFor) {
  proxy::AccessRecord record = sample_record();
  record.client = {*base::IpAddress::parse("2001:db8::1"), 0};
  EXPECT_EQ(access_line(record, kOffset).substr(28, 16), "2001:db8::1 \"GET");
}

TEST(AccessLine, EscapesWhatCouldForgeALine) {
  proxy::AccessRecord record = sample_record();
  record.target.assign("/a\" 200\n\x7f\xff\\x b");
  const std::string line = access_line(record, kOffset);
  EXPECT_NE(line.find(R"(/a\x22\x20200\x0a\x7f\xff\x5cx\x20b")"), std::string::npos) << line;
}

TEST(AccessLine, HasTheSameNumberOfFieldsWhateverIsInIt) {
  proxy::AccessRecord record = sample_record();
  const auto spaces = [](const std::string& line) {
    return std::count(line.begin(), line.end(), ' ');
  };
  const auto expected = spaces(access_line(record, kOffset));
  record.method.assign("G T");
  record.host.assign("a b c");
  record.rule.assign(" ");
  EXPECT_EQ(spaces(access_line(record, kOffset)), expected);
}

TEST(AccessLine, ShowsThatATextWasCut) {
  proxy::AccessRecord record = sample_record();
  record.target.assign("/" + std::string(400, 'a'));
  EXPECT_NE(access_line(record, kOffset).find("aaa...\" shop"), std::string::npos);
}

}  // namespace
}  // namespace penstock::stats
