// SPDX-License-Identifier: Apache-2.0
#include "dataplane/upstream/failure.h"

#include <gtest/gtest.h>

namespace penstock::upstream {
namespace {

using http::Method;
using http::ReplyReason;
using tcp::CloseReason;

Attempt attempt(FailurePoint point, Method method, BodySent body_sent = BodySent::No) {
  return {.point = point, .method = method, .body_sent = body_sent};
}

TEST(Failure, RepeatsAnyRequestOfWhichNothingWasSent) {
  for (const FailurePoint point : {FailurePoint::Lease, FailurePoint::Connect}) {
    EXPECT_EQ(may_retry(attempt(point, Method::Post)), Retry::Allowed);
    EXPECT_EQ(may_retry(attempt(point, Method::Get)), Retry::Allowed);
  }
}

TEST(Failure, RepeatsASentRequestOnlyWhenItIsIdempotent) {
  for (const Method method :
       {Method::Get, Method::Head, Method::Put, Method::Delete, Method::Options, Method::Trace}) {
    EXPECT_EQ(may_retry(attempt(FailurePoint::BeforeResponse, method)), Retry::Allowed);
  }
  for (const Method method : {Method::Post, Method::Patch, Method::Other}) {
    EXPECT_EQ(may_retry(attempt(FailurePoint::BeforeResponse, method)), Retry::Forbidden);
  }
}

TEST(Failure, DoesNotRepeatARequestWhoseBodyIsGone) {
  EXPECT_EQ(may_retry(attempt(FailurePoint::BeforeResponse, Method::Put, BodySent::Yes)),
            Retry::Forbidden);
}

TEST(Failure, RepeatsNothingOnceAResponseHasBegun) {
  EXPECT_EQ(may_retry(attempt(FailurePoint::InResponse, Method::Get)), Retry::Forbidden);
}

TEST(Failure, NamesTheReplyForEachWayAConnectFails) {
  EXPECT_EQ(reply_for(FailurePoint::Connect, CloseReason::Refused), ReplyReason::ConnectRefused);
  EXPECT_EQ(reply_for(FailurePoint::Connect, CloseReason::ConnectTimeout),
            ReplyReason::ConnectTimeout);
  EXPECT_EQ(reply_for(FailurePoint::Connect, CloseReason::Unreachable),
            ReplyReason::ConnectUnreachable);
}

TEST(Failure, NamesTheReplyForEachWayABackendFailsToRespond) {
  EXPECT_EQ(reply_for(FailurePoint::BeforeResponse, CloseReason::Reset),
            ReplyReason::ResetBeforeResponse);
  EXPECT_EQ(reply_for(FailurePoint::BeforeResponse, CloseReason::Finished),
            ReplyReason::ClosedBeforeResponse);
  EXPECT_EQ(reply_for(FailurePoint::BeforeResponse, CloseReason::None),
            ReplyReason::ClosedBeforeResponse);
  EXPECT_EQ(reply_for(FailurePoint::BeforeResponse, CloseReason::TimedOut),
            ReplyReason::ResponseTimeout);
}

TEST(Failure, NamesTheReplyForEachLeaseThatFails) {
  EXPECT_EQ(reply_for(LeaseError::NoRoute), ReplyReason::ConnectUnreachable);
  EXPECT_EQ(reply_for(LeaseError::NoPort), ReplyReason::SourcePortsExhausted);
  EXPECT_EQ(reply_for(LeaseError::OverLimit), ReplyReason::OverLimit);
}

TEST(Failure, BlamesABackendThatDoesNotAnswer) {
  EXPECT_EQ(blame_for(FailurePoint::Connect, CloseReason::Refused), Blame::Backend);
  EXPECT_EQ(blame_for(FailurePoint::BeforeResponse, CloseReason::TimedOut), Blame::Backend);
  EXPECT_EQ(blame_for(FailurePoint::BeforeResponse, CloseReason::Finished), Blame::Ourselves);
  EXPECT_EQ(blame_for(FailurePoint::Lease, CloseReason::None), Blame::Ourselves);
}

}  // namespace
}  // namespace penstock::upstream
