// SPDX-License-Identifier: Apache-2.0
#include "dataplane/http/reason.h"

#include <gtest/gtest.h>

#include <set>
#include <string_view>

#include "dataplane/http/status.h"

namespace penstock::http {
namespace {

TEST(ReplyReason, HasUniqueSnakeCaseTexts) {
  std::set<std::string_view> seen;
  for (const ReplyReasonEntry& entry : kReplyReasons) {
    EXPECT_TRUE(seen.insert(entry.text).second) << entry.text;
    EXPECT_EQ(entry.text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_"),
              std::string_view::npos);
  }
}

TEST(ReplyReason, AnswersWithAStatusThatHasAPhrase) {
  for (const ReplyReasonEntry& entry : kReplyReasons) {
    if (entry.status == 0) continue;
    EXPECT_FALSE(status_phrase(entry.status).empty()) << entry.text;
  }
}

TEST(ReplyReason, LeavesTheStatusToTheRuleWhereARuleAnswers) {
  EXPECT_EQ(reply_status(ReplyReason::RuleRespond), 0);
  EXPECT_EQ(reply_status(ReplyReason::RuleRedirect), 0);
}

TEST(ReplyReason, TurnsEveryFaultOfAResponseIntoABadGateway) {
  for (const ReplyReasonEntry& entry : kReplyReasons) {
    EXPECT_EQ(reply_status(as_bad_response(entry.reason)), 502);
  }
  EXPECT_EQ(as_bad_response(ReplyReason::HeadTooLarge), ReplyReason::ResponseHeadTooLarge);
  EXPECT_EQ(as_bad_response(ReplyReason::FieldFolded), ReplyReason::BadResponse);
}

}  // namespace
}  // namespace penstock::http
