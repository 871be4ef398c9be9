// SPDX-License-Identifier: Apache-2.0
//
// What a request may do that RFC 9110, 9112 or 3986 do not want, and that can still be forwarded:
// each deviation with its class, with the reason where it is refused, and with its text for logs
// and counters, in one table. What is never forwarded is no deviation but a ReplyReason alone.
// The classes are those of managed load balancers' desync mitigation: compliance.h acts on them.
// Any thread.
// Invariants: (1) kDeviations is in enum order; (2) texts are unique snake_case.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "dataplane/http/reason.h"

namespace penstock::http {

enum class Deviation : uint8_t {
  // Suspect.
  ContentLengthWithTransferEncoding,
  ContentLengthRepeated,
  PathEscapeInvalid,
  PathHidesDots,
  // Ambiguous.
  BodyUnexpected,
  // Acceptable.
  ContentLengthZero,
  ExpectationUnknown,
  EmptyLinesBefore,
  TargetBeyondUri,
  HostAbsent,
  HostBesideTarget,
  FieldEmpty,
  ConnectionNamesEndToEnd,
  // By policy.
  FieldNameUnderscore,
};

enum class DeviationClass : uint8_t {
  Suspect,     // two readers may disagree where the request ends, or what it asks for
  Ambiguous,   // some recipients ignore a body here, and read it as the next request
  Acceptable,  // a slip that every reader understands in the same way
  ByPolicy,    // legal, and has a setting of its own
};

struct DeviationEntry {
  Deviation deviation;
  DeviationClass of_class;
  ReplyReason refusal;
  std::string_view text;
};

inline constexpr std::array kDeviations = {
    // RFC 9112 6.3: the transfer coding counts.
    DeviationEntry{Deviation::ContentLengthWithTransferEncoding, DeviationClass::Suspect,
                   ReplyReason::ContentLengthWithTransferEncoding,
                   "content_length_with_transfer_encoding"},
    // RFC 9112 6.3: equal ones are one.
    DeviationEntry{Deviation::ContentLengthRepeated, DeviationClass::Suspect,
                   ReplyReason::ContentLengthDuplicate, "content_length_repeated"},
    // A "%" without two hexadecimal digits behind it.
    DeviationEntry{Deviation::PathEscapeInvalid, DeviationClass::Suspect,
                   ReplyReason::PathEscapeInvalid, "path_escape_invalid"},
    // "/..;x/", "/..%2F": a dot segment for some recipients, a name for others.
    DeviationEntry{Deviation::PathHidesDots, DeviationClass::Suspect, ReplyReason::PathHidesDots,
                   "path_hides_dots"},
    // GET, HEAD, DELETE, OPTIONS or TRACE with a body (RFC 9110 9.3).
    DeviationEntry{Deviation::BodyUnexpected, DeviationClass::Ambiguous,
                   ReplyReason::BodyUnexpected, "body_unexpected"},
    // On GET or HEAD (RFC 9110 8.6).
    DeviationEntry{Deviation::ContentLengthZero, DeviationClass::Acceptable,
                   ReplyReason::ContentLengthUnexpected, "content_length_zero"},
    // Not exactly one "100-continue" (RFC 9110 10.1.1).
    DeviationEntry{Deviation::ExpectationUnknown, DeviationClass::Acceptable,
                   ReplyReason::ExpectationFailed, "expectation_unknown"},
    DeviationEntry{Deviation::EmptyLinesBefore, DeviationClass::Acceptable,
                   ReplyReason::TooManyEmptyLines, "empty_lines_before"},
    // Backslash, quotes, brackets and such in path or query (RFC 3986 3.3).
    DeviationEntry{Deviation::TargetBeyondUri, DeviationClass::Acceptable,
                   ReplyReason::TargetInvalid, "target_beyond_uri"},
    // In HTTP/1.0, without an absolute target.
    DeviationEntry{Deviation::HostAbsent, DeviationClass::Acceptable, ReplyReason::HostMissing,
                   "host_absent"},
    // The Host field differs from the absolute target, which counts (RFC 9112 3.2.2).
    DeviationEntry{Deviation::HostBesideTarget, DeviationClass::Acceptable,
                   ReplyReason::HostInvalid, "host_beside_target"},
    // A field that means nothing without a value.
    DeviationEntry{Deviation::FieldEmpty, DeviationClass::Acceptable,
                   ReplyReason::FieldValueInvalid, "field_empty"},
    // Connection names a field that is for the origin (RFC 9110 7.6.1): it goes on all the same.
    DeviationEntry{Deviation::ConnectionNamesEndToEnd, DeviationClass::Acceptable,
                   ReplyReason::FieldValueInvalid, "connection_names_end_to_end"},
    // Gateways such as CGI cannot tell "_" from "-".
    DeviationEntry{Deviation::FieldNameUnderscore, DeviationClass::ByPolicy,
                   ReplyReason::FieldNameUnderscore, "field_name_underscore"},
};
inline constexpr unsigned kDeviationCount = static_cast<unsigned>(kDeviations.size());

constexpr const DeviationEntry& entry_of(Deviation deviation) noexcept {
  return kDeviations[static_cast<unsigned>(deviation)];
}

// Those of one request.
class Deviations {
 public:
  constexpr bool any() const noexcept { return bits_ != 0; }
  constexpr bool has(Deviation deviation) const noexcept { return (bits_ & bit(deviation)) != 0; }
  constexpr void add(Deviation deviation) noexcept { bits_ |= bit(deviation); }
  // In the order of the table, the gravest first.
  template <class Visit>
  constexpr void for_each(Visit&& visit) const noexcept {
    for (unsigned i = 0; i < kDeviationCount; ++i) {
      if ((bits_ >> i & 1) != 0) visit(static_cast<Deviation>(i));
    }
  }
  constexpr bool operator==(const Deviations&) const noexcept = default;

 private:
  static_assert(kDeviationCount <= 32);
  static constexpr uint32_t bit(Deviation deviation) noexcept {
    return 1u << static_cast<unsigned>(deviation);
  }
  uint32_t bits_ = 0;
};

namespace deviation_detail {
constexpr bool is_in_enum_order() noexcept {
  for (unsigned i = 0; i < kDeviationCount; ++i) {
    if (static_cast<unsigned>(kDeviations[i].deviation) != i) return false;
  }
  return static_cast<unsigned>(Deviation::FieldNameUnderscore) + 1 == kDeviationCount;
}
static_assert(is_in_enum_order());
}  // namespace deviation_detail

}  // namespace penstock::http
