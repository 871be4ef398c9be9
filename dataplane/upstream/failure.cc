// SPDX-License-Identifier: Apache-2.0
#include "dataplane/upstream/failure.h"

#include "dataplane/base/check.h"
#include "dataplane/http/semantics.h"

namespace penstock::upstream {

using http::ReplyReason;
using tcp::CloseReason;

Retry may_retry(const Attempt& attempt) noexcept {
  switch (attempt.point) {
    case FailurePoint::Lease:
    case FailurePoint::Connect:
      return Retry::Allowed;
    case FailurePoint::BeforeResponse:
    case FailurePoint::BeforeForwarding:
      return http::is_idempotent(attempt.method) && attempt.body_sent == BodySent::No
                 ? Retry::Allowed
                 : Retry::Forbidden;
    case FailurePoint::InResponse:
      break;
  }
  return Retry::Forbidden;
}

ReplyReason reply_for(FailurePoint point, CloseReason close) noexcept {
  DCHECK(point != FailurePoint::InResponse);
  if (point == FailurePoint::BeforeForwarding) return ReplyReason::TruncatedResponse;
  if (point != FailurePoint::BeforeResponse) {
    if (close == CloseReason::Refused || close == CloseReason::Reset) {
      return ReplyReason::ConnectRefused;
    }
    return close == CloseReason::Unreachable ? ReplyReason::ConnectUnreachable
                                             : ReplyReason::ConnectTimeout;
  }
  switch (close) {
    case CloseReason::Reset:
    case CloseReason::Aborted:
    case CloseReason::Refused:
      return ReplyReason::ResetBeforeResponse;
    case CloseReason::TimedOut:
    case CloseReason::ConnectTimeout:
    case CloseReason::Unreachable:
      return ReplyReason::ResponseTimeout;
    case CloseReason::None:
    case CloseReason::Finished:
      break;
  }
  return ReplyReason::ClosedBeforeResponse;
}

ReplyReason reply_for(LeaseError error) noexcept {
  switch (error) {
    case LeaseError::NoRoute:
      return ReplyReason::ConnectUnreachable;
    case LeaseError::NoPort:
      return ReplyReason::SourcePortsExhausted;
    case LeaseError::AtBound:
      return ReplyReason::PoolQueueTimeout;
    case LeaseError::NotOpened:
      return ReplyReason::PoolPendingLimit;
    case LeaseError::OverLimit:
      break;
  }
  return ReplyReason::OverLimit;
}

Blame blame_for(FailurePoint point, CloseReason close) noexcept {
  if (point == FailurePoint::Lease) return Blame::Ourselves;
  if (point == FailurePoint::Connect) return Blame::Backend;
  return close == CloseReason::TimedOut ? Blame::Backend : Blame::Ourselves;
}

}  // namespace penstock::upstream
