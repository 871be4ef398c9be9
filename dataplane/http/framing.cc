// SPDX-License-Identifier: Apache-2.0
#include "dataplane/http/framing.h"

#include <string_view>

#include "dataplane/http/char_class.h"
#include "dataplane/http/list_value.h"
#include "dataplane/http/status.h"

namespace penstock::http {
namespace {

using base::Failure;
using FramingResult = base::Result<Framing, ReplyReason>;

FramingResult parse_content_length(std::string_view value) noexcept {
  // "5, 5" is what some recipients make of two equal fields; RFC 9112 6.3 permits refusing it.
  if (value.find(',') != std::string_view::npos) {
    return Failure{ReplyReason::ContentLengthDuplicate};
  }
  if (value.empty()) return Failure{ReplyReason::ContentLengthInvalid};
  for (const char c : value) {
    if (!is_digit(c)) return Failure{ReplyReason::ContentLengthInvalid};
  }
  uint64_t length = 0;
  for (const char c : value) {
    const uint64_t digit = static_cast<uint64_t>(c - '0');
    if (length > (kContentLengthMax - digit) / 10) {
      return Failure{ReplyReason::ContentLengthTooLarge};
    }
    length = length * 10 + digit;
  }
  return Framing{Framing::Kind::Length, length};
}

bool is_known_coding(std::string_view coding) noexcept {
  for (const std::string_view known : {"gzip", "x-gzip", "deflate", "compress", "x-compress"}) {
    if (equals_ignore_case(coding, known)) return true;
  }
  return false;
}

// None when the value is exactly "chunked". RFC 9112 6.1: 501 for a coding that we do not
// understand; 6.3: 400 when chunked is not the last, for then the length cannot be known.
ReplyReason check_transfer_encoding(std::string_view value) noexcept {
  if (equals_ignore_case(value, "chunked")) return ReplyReason::None;
  ListValue codings(value);
  unsigned count = 0;
  unsigned count_chunked = 0;
  bool all_known = true;
  bool last_is_chunked = false;
  for (auto coding = codings.next(); !coding.empty(); coding = codings.next()) {
    if (!consists_of(kTokenChar, coding)) return ReplyReason::TransferEncodingInvalid;
    last_is_chunked = equals_ignore_case(coding, "chunked");
    ++count;
    count_chunked += last_is_chunked ? 1 : 0;
    all_known = all_known && (last_is_chunked || is_known_coding(coding));
  }
  // The second: "chunked," and ", chunked" are lists of one with an odd look.
  if (count_chunked > 1 || count == count_chunked) return ReplyReason::TransferEncodingInvalid;
  if (count_chunked == 1 && !last_is_chunked) return ReplyReason::TransferEncodingInvalid;
  if (last_is_chunked || !all_known) return ReplyReason::TransferCodingNotSupported;
  return ReplyReason::TransferEncodingInvalid;
}

FramingResult transfer_encoded(Version version, const FieldTable& fields,
                               base::ByteSpan bytes) noexcept {
  if (version == Version::Http10) return Failure{ReplyReason::TransferEncodingInHttp10};
  if (fields.count(FieldId::TransferEncoding) > 1) {
    return Failure{ReplyReason::TransferEncodingDuplicate};
  }
  const Field& encoding = *fields.find(FieldId::TransferEncoding);
  const ReplyReason refusal = check_transfer_encoding(view(encoding.value, bytes));
  if (refusal != ReplyReason::None) return Failure{refusal};
  return Framing{Framing::Kind::Chunked, 0};
}

// An empty element is none of the digits: unlike elsewhere, it is not passed over.
bool all_elements_are(std::string_view wanted, std::string_view list) noexcept {
  while (true) {
    const size_t comma = list.find(',');
    if (trim_optional_space(list.substr(0, comma)) != wanted) return false;
    if (comma == std::string_view::npos) return true;
    list.remove_prefix(comma + 1);
  }
}

// All elements of all Content-Length fields say the same, in the same digits.
FramingResult equal_lengths(const FieldTable& fields, base::ByteSpan bytes) noexcept {
  const std::string_view first = view(fields.find(FieldId::ContentLength)->value, bytes);
  const std::string_view wanted = trim_optional_space(first.substr(0, first.find(',')));
  for (const Field& field : fields) {
    if (field.id == FieldId::ContentLength && !all_elements_are(wanted, view(field.value, bytes))) {
      return Failure{ReplyReason::ContentLengthDuplicate};
    }
  }
  return parse_content_length(wanted);
}

// RFC 9112 6.3 as far as requests and responses agree; Kind::None when neither field is there.
FramingResult framing_of_fields(Version version, const FieldTable& fields,
                                base::ByteSpan bytes) noexcept {
  const bool has_length = fields.has(FieldId::ContentLength);
  if (fields.has(FieldId::TransferEncoding)) {
    if (has_length) return Failure{ReplyReason::ContentLengthWithTransferEncoding};
    return transfer_encoded(version, fields, bytes);
  }
  if (!has_length) return Framing{};
  if (fields.count(FieldId::ContentLength) > 1) {
    return Failure{ReplyReason::ContentLengthDuplicate};
  }
  return parse_content_length(view(fields.find(FieldId::ContentLength)->value, bytes));
}

}  // namespace

FramingResult request_framing(const RequestHead& head, base::ByteSpan bytes) noexcept {
  return framing_of_fields(head.version, head.fields, bytes);
}

FramingResult repaired_request_framing(const RequestHead& head, base::ByteSpan bytes) noexcept {
  if (!head.fields.has(FieldId::ContentLength)) return request_framing(head, bytes);
  const FramingResult length = equal_lengths(head.fields, bytes);
  if (!length.ok() || !head.fields.has(FieldId::TransferEncoding)) return length;
  return transfer_encoded(head.version, head.fields, bytes);
}

FramingResult response_framing(Method request_method, const ResponseHead& head,
                               base::ByteSpan bytes) noexcept {
  FramingResult framing = framing_of_fields(head.version, head.fields, bytes);
  if (!framing.ok()) return framing;
  if (request_method == Method::Head || never_has_body(head.status)) return Framing{};
  if (framing->kind == Framing::Kind::None) return Framing{Framing::Kind::UntilClose, 0};
  return framing;
}

}  // namespace penstock::http
