// SPDX-License-Identifier: Apache-2.0
//
// Why Penstock answered by itself instead of forwarding, or cut what had begun: one value per thing
// refused, with the status to answer and the text for logs, counters and Penstock-Reason.
// Parsers and framing return these values too: the status says what to answer when the request is
// at fault. What a response did wrong is for the log; the client gets as_bad_response() of it.
// Any thread.
// Invariants: (1) kReplyReasons is in enum order; (2) texts are unique snake_case.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace penstock::http {

enum class ReplyReason : uint8_t {
  None,
  // Heads that cannot be understood.
  BareLineFeed,
  BareCarriageReturn,
  TooManyEmptyLines,
  MethodInvalid,
  RequestLineInvalid,
  TargetInvalid,
  VersionInvalid,
  VersionNotSupported,
  StatusLineInvalid,
  StatusInvalid,
  FieldNameInvalid,
  FieldValueInvalid,
  FieldFolded,
  HostMissing,
  HostDuplicate,
  HostInvalid,
  ConnectNotSupported,
  // Heads that are understood and not wanted; deviation.h has more that lead to the others here.
  PathEscapeInvalid,
  PathNulByte,
  PathAboveRoot,
  PathSlashEncoded,
  PathHidesDots,
  FieldNameUnderscore,
  ExpectationFailed,
  // Heads that are too large.
  TargetTooLong,
  StatusLineTooLong,
  FieldTooLong,
  HeadTooLarge,
  TooManyFields,
  // Framing (RFC 9112 6).
  ContentLengthInvalid,
  ContentLengthDuplicate,
  ContentLengthTooLarge,
  ContentLengthWithTransferEncoding,
  TransferEncodingInvalid,
  TransferEncodingDuplicate,
  TransferEncodingInHttp10,
  TransferCodingNotSupported,
  ContentLengthUnexpected,
  BodyUnexpected,
  // Bodies.
  ChunkSizeInvalid,
  ChunkSizeTooLarge,
  ChunkLineTooLong,
  ChunkExtensionsTooLong,
  ChunkExtensionInvalid,
  ChunkEndInvalid,
  TrailerInvalid,
  TrailerTooLarge,
  BodyTooLarge,
  // Clients that take too long, or have had their time.
  HeadTimeout,
  BodyTimeout,
  ClientTakeTimeout,
  ClientIdleTimeout,
  KeepAliveRequests,
  KeepAliveAge,
  ProxyHeaderTimeout,
  ProxyHeaderInvalid,
  BufferPressure,
  // Requests that are for us, and rules.
  MaxForwardsReached,
  NoRule,
  RuleRespond,
  RuleRedirect,
  RateLimited,
  // Backends.
  ConnectRefused,
  ConnectUnreachable,
  ResetBeforeResponse,
  ClosedBeforeResponse,
  BadResponse,
  TruncatedResponse,
  ResponseHeadTooLarge,
  NoBackend,
  PoolDraining,
  PoolRequestsLimit,
  PoolPendingLimit,
  PoolQueueTimeout,
  OverLimit,
  SourcePortsExhausted,
  ShuttingDown,
  ConnectTimeout,
  ResponseTimeout,
  ResponseBodyTimeout,
  TunnelTimeout,
  TunnelReset,
  ExchangeTimeout,
};

struct ReplyReasonEntry {
  ReplyReason reason;
  uint16_t status;
  std::string_view text;
};

inline constexpr std::array kReplyReasons = {
    // RuleRespond and RuleRedirect carry the rule's own status, MaxForwardsReached one that depends
    // on the method. None is never answered; what else
    // has no status ends what had begun.
    ReplyReasonEntry{ReplyReason::None, 0, "none"},
    ReplyReasonEntry{ReplyReason::BareLineFeed, 400, "bare_line_feed"},
    ReplyReasonEntry{ReplyReason::BareCarriageReturn, 400, "bare_carriage_return"},
    ReplyReasonEntry{ReplyReason::TooManyEmptyLines, 400, "too_many_empty_lines"},
    ReplyReasonEntry{ReplyReason::MethodInvalid, 400, "method_invalid"},
    ReplyReasonEntry{ReplyReason::RequestLineInvalid, 400, "request_line_invalid"},
    ReplyReasonEntry{ReplyReason::TargetInvalid, 400, "target_invalid"},
    ReplyReasonEntry{ReplyReason::VersionInvalid, 400, "version_invalid"},
    ReplyReasonEntry{ReplyReason::VersionNotSupported, 505, "version_not_supported"},
    ReplyReasonEntry{ReplyReason::StatusLineInvalid, 502, "status_line_invalid"},
    ReplyReasonEntry{ReplyReason::StatusInvalid, 502, "status_invalid"},
    ReplyReasonEntry{ReplyReason::FieldNameInvalid, 400, "field_name_invalid"},
    ReplyReasonEntry{ReplyReason::FieldValueInvalid, 400, "field_value_invalid"},
    ReplyReasonEntry{ReplyReason::FieldFolded, 400, "field_folded"},
    ReplyReasonEntry{ReplyReason::HostMissing, 400, "host_missing"},
    ReplyReasonEntry{ReplyReason::HostDuplicate, 400, "host_duplicate"},
    ReplyReasonEntry{ReplyReason::HostInvalid, 400, "host_invalid"},
    ReplyReasonEntry{ReplyReason::ConnectNotSupported, 501, "connect_not_supported"},
    ReplyReasonEntry{ReplyReason::PathEscapeInvalid, 400, "path_escape_invalid"},
    ReplyReasonEntry{ReplyReason::PathNulByte, 400, "path_nul_byte"},
    ReplyReasonEntry{ReplyReason::PathAboveRoot, 400, "path_above_root"},
    ReplyReasonEntry{ReplyReason::PathSlashEncoded, 400, "path_slash_encoded"},
    ReplyReasonEntry{ReplyReason::PathHidesDots, 400, "path_hides_dots"},
    ReplyReasonEntry{ReplyReason::FieldNameUnderscore, 400, "field_name_underscore"},
    ReplyReasonEntry{ReplyReason::ExpectationFailed, 417, "expectation_failed"},
    ReplyReasonEntry{ReplyReason::TargetTooLong, 414, "target_too_long"},
    ReplyReasonEntry{ReplyReason::StatusLineTooLong, 502, "status_line_too_long"},
    ReplyReasonEntry{ReplyReason::FieldTooLong, 431, "field_too_long"},
    ReplyReasonEntry{ReplyReason::HeadTooLarge, 431, "head_too_large"},
    ReplyReasonEntry{ReplyReason::TooManyFields, 431, "too_many_fields"},
    ReplyReasonEntry{ReplyReason::ContentLengthInvalid, 400, "content_length_invalid"},
    ReplyReasonEntry{ReplyReason::ContentLengthDuplicate, 400, "content_length_duplicate"},
    ReplyReasonEntry{ReplyReason::ContentLengthTooLarge, 400, "content_length_too_large"},
    ReplyReasonEntry{ReplyReason::ContentLengthWithTransferEncoding, 400,
                     "content_length_with_transfer_encoding"},
    ReplyReasonEntry{ReplyReason::TransferEncodingInvalid, 400, "transfer_encoding_invalid"},
    ReplyReasonEntry{ReplyReason::TransferEncodingDuplicate, 400, "transfer_encoding_duplicate"},
    ReplyReasonEntry{ReplyReason::TransferEncodingInHttp10, 400, "transfer_encoding_in_http_1_0"},
    ReplyReasonEntry{ReplyReason::TransferCodingNotSupported, 501, "transfer_coding_not_supported"},
    ReplyReasonEntry{ReplyReason::ContentLengthUnexpected, 400, "content_length_unexpected"},
    ReplyReasonEntry{ReplyReason::BodyUnexpected, 400, "body_unexpected"},
    ReplyReasonEntry{ReplyReason::ChunkSizeInvalid, 400, "chunk_size_invalid"},
    ReplyReasonEntry{ReplyReason::ChunkSizeTooLarge, 400, "chunk_size_too_large"},
    ReplyReasonEntry{ReplyReason::ChunkLineTooLong, 400, "chunk_line_too_long"},
    ReplyReasonEntry{ReplyReason::ChunkExtensionsTooLong, 400, "chunk_extensions_too_long"},
    ReplyReasonEntry{ReplyReason::ChunkExtensionInvalid, 400, "chunk_extension_invalid"},
    ReplyReasonEntry{ReplyReason::ChunkEndInvalid, 400, "chunk_end_invalid"},
    ReplyReasonEntry{ReplyReason::TrailerInvalid, 400, "trailer_invalid"},
    ReplyReasonEntry{ReplyReason::TrailerTooLarge, 431, "trailer_too_large"},
    ReplyReasonEntry{ReplyReason::BodyTooLarge, 413, "body_too_large"},
    ReplyReasonEntry{ReplyReason::HeadTimeout, 408, "head_timeout"},
    ReplyReasonEntry{ReplyReason::BodyTimeout, 408, "body_timeout"},
    ReplyReasonEntry{ReplyReason::ClientTakeTimeout, 0, "client_take_timeout"},
    ReplyReasonEntry{ReplyReason::ClientIdleTimeout, 0, "client_idle_timeout"},
    ReplyReasonEntry{ReplyReason::KeepAliveRequests, 0, "keep_alive_requests"},
    ReplyReasonEntry{ReplyReason::KeepAliveAge, 0, "keep_alive_age"},
    ReplyReasonEntry{ReplyReason::ProxyHeaderTimeout, 0, "proxy_header_timeout"},
    ReplyReasonEntry{ReplyReason::ProxyHeaderInvalid, 0, "proxy_header_invalid"},
    ReplyReasonEntry{ReplyReason::BufferPressure, 0, "buffer_pressure"},
    ReplyReasonEntry{ReplyReason::MaxForwardsReached, 0, "max_forwards_reached"},
    ReplyReasonEntry{ReplyReason::NoRule, 404, "no_rule"},
    ReplyReasonEntry{ReplyReason::RuleRespond, 0, "rule_respond"},
    ReplyReasonEntry{ReplyReason::RuleRedirect, 0, "rule_redirect"},
    ReplyReasonEntry{ReplyReason::RateLimited, 429, "rate_limited"},
    ReplyReasonEntry{ReplyReason::ConnectRefused, 502, "connect_refused"},
    ReplyReasonEntry{ReplyReason::ConnectUnreachable, 502, "connect_unreachable"},
    ReplyReasonEntry{ReplyReason::ResetBeforeResponse, 502, "reset_before_response"},
    ReplyReasonEntry{ReplyReason::ClosedBeforeResponse, 502, "closed_before_response"},
    ReplyReasonEntry{ReplyReason::BadResponse, 502, "bad_response"},
    ReplyReasonEntry{ReplyReason::TruncatedResponse, 502, "truncated_response"},
    ReplyReasonEntry{ReplyReason::ResponseHeadTooLarge, 502, "response_head_too_large"},
    ReplyReasonEntry{ReplyReason::NoBackend, 503, "no_backend"},
    ReplyReasonEntry{ReplyReason::PoolDraining, 503, "pool_draining"},
    ReplyReasonEntry{ReplyReason::PoolRequestsLimit, 503, "pool_requests_limit"},
    ReplyReasonEntry{ReplyReason::PoolPendingLimit, 503, "pool_pending_limit"},
    ReplyReasonEntry{ReplyReason::PoolQueueTimeout, 503, "pool_queue_timeout"},
    ReplyReasonEntry{ReplyReason::OverLimit, 503, "over_limit"},
    ReplyReasonEntry{ReplyReason::SourcePortsExhausted, 503, "source_ports_exhausted"},
    ReplyReasonEntry{ReplyReason::ShuttingDown, 503, "shutting_down"},
    ReplyReasonEntry{ReplyReason::ConnectTimeout, 504, "connect_timeout"},
    ReplyReasonEntry{ReplyReason::ResponseTimeout, 504, "response_timeout"},
    ReplyReasonEntry{ReplyReason::ResponseBodyTimeout, 0, "response_body_timeout"},
    ReplyReasonEntry{ReplyReason::TunnelTimeout, 0, "tunnel_timeout"},
    ReplyReasonEntry{ReplyReason::TunnelReset, 0, "tunnel_reset"},
    ReplyReasonEntry{ReplyReason::ExchangeTimeout, 504, "exchange_timeout"},
};
inline constexpr unsigned kReplyReasonCount = static_cast<unsigned>(kReplyReasons.size());

constexpr uint16_t reply_status(ReplyReason reason) noexcept {
  return kReplyReasons[static_cast<unsigned>(reason)].status;
}
constexpr std::string_view reply_text(ReplyReason reason) noexcept {
  return kReplyReasons[static_cast<unsigned>(reason)].text;
}

// What the client is told when a backend's response was refused for `detail`: always a 502.
constexpr ReplyReason as_bad_response(ReplyReason detail) noexcept {
  switch (detail) {
    case ReplyReason::StatusLineTooLong:
    case ReplyReason::FieldTooLong:
    case ReplyReason::HeadTooLarge:
    case ReplyReason::TooManyFields:
      return ReplyReason::ResponseHeadTooLarge;
    default:
      return ReplyReason::BadResponse;
  }
}

namespace reason_detail {
constexpr bool is_in_enum_order() noexcept {
  for (unsigned i = 0; i < kReplyReasonCount; ++i) {
    if (static_cast<unsigned>(kReplyReasons[i].reason) != i) return false;
  }
  return static_cast<unsigned>(ReplyReason::ExchangeTimeout) + 1 == kReplyReasonCount;
}
static_assert(is_in_enum_order());
}  // namespace reason_detail

}  // namespace penstock::http
