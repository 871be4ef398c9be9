// SPDX-License-Identifier: Apache-2.0
#include "dataplane/http/compliance.h"

#include <algorithm>
#include <optional>
#include <string_view>

namespace penstock::http {
namespace {

bool refuses(Mode mode, DeviationClass of_class) noexcept {
  switch (of_class) {
    case DeviationClass::Suspect:
      return mode != Mode::Monitor;
    case DeviationClass::Ambiguous:
    case DeviationClass::Acceptable:
      return mode == Mode::Strictest;
    case DeviationClass::ByPolicy:
      break;
  }
  return false;
}

bool is_dangerous(DeviationClass of_class) noexcept {
  return of_class == DeviationClass::Suspect || of_class == DeviationClass::Ambiguous;
}

// What request_framing() refuses although RFC 9112 6.3 permits one reading of it.
std::optional<Deviation> repairable(ReplyReason refusal) noexcept {
  if (refusal == ReplyReason::ContentLengthWithTransferEncoding) {
    return Deviation::ContentLengthWithTransferEncoding;
  }
  if (refusal == ReplyReason::ContentLengthDuplicate) return Deviation::ContentLengthRepeated;
  return std::nullopt;
}

// RFC 9110 9.3.1, 9.3.2, 9.3.5, 9.3.7, 9.3.8: a body has no meaning there that all would know.
bool expects_no_body(Method method) noexcept { return is_safe(method) || method == Method::Delete; }

bool has_unknown_expectation(const RequestHead& head, base::ByteSpan bytes) noexcept {
  if (head.fields.count(FieldId::Expect) > 1) return true;
  const Field& expect = *head.fields.find(FieldId::Expect);
  return !equals_ignore_case(view(expect.value, bytes), "100-continue");
}

// RFC 9110 5.5 lets any value be empty; of these, an empty one says nothing that leaving the field
// out would not. TE and unknown fields are not among them.
bool has_meaningless_field(const FieldTable& fields) noexcept {
  return std::any_of(fields.begin(), fields.end(), [](const Field& field) {
    return field.value.empty() && field.id != FieldId::Other && field.id != FieldId::Te;
  });
}

bool has_host_beside_target(const RequestHead& head, base::ByteSpan bytes) noexcept {
  const Field* host = head.fields.find(FieldId::Host);
  return head.form == TargetForm::Absolute && host != nullptr &&
         !equals_ignore_case(view(host->value, bytes), view(head.host_value, bytes));
}

class Judge {
 public:
  Judge(RequestHead& head, base::ByteSpan bytes, const RequestPolicy& policy) noexcept
      : head_(head), bytes_(bytes), policy_(policy) {}

  Judgement judge(base::MutableByteSpan path_room) noexcept {
    judge_framing();
    if (verdict_.refusal == ReplyReason::None) judge_path(path_room);
    if (verdict_.refusal == ReplyReason::None) judge_max_forwards();
    if (verdict_.refusal != ReplyReason::None) return verdict_;
    verdict_.connection = connection_options(head_.fields, bytes_);
    if (verdict_.connection.are_too_many) {
      verdict_.refusal = ReplyReason::FieldValueInvalid;
      return verdict_;
    }
    judge_target();
    judge_fields();
    if (verdict_.framing.kind != Framing::Kind::None && expects_no_body(head_.method)) judge_body();
    if (verdict_.found.any()) apply_mode();
    return verdict_;
  }

 private:
  void judge_framing() noexcept {
    auto framing = request_framing(head_, bytes_);
    if (!framing.ok() && policy_.mode == Mode::Monitor) {
      if (const auto deviation = repairable(framing.error())) {
        verdict_.found.add(*deviation);
        framing = repaired_request_framing(head_, bytes_);
      }
    }
    if (framing.ok()) {
      verdict_.framing = *framing;
    } else {
      verdict_.refusal = framing.error();
    }
  }

  void judge_path(base::MutableByteSpan room) noexcept {
    verdict_.path = view(head_.path, bytes_);
    if (head_.form == TargetForm::Asterisk) return;
    const NormalPath normal = normalize_path(verdict_.path, policy_.path, room);
    verdict_.refusal = normal.refusal;
    verdict_.path = normal.path;
    verdict_.path_is_rewritten = normal.is_rewritten;
    if (normal.is_badly_escaped) verdict_.found.add(Deviation::PathEscapeInvalid);
    if (normal.hides_dots) verdict_.found.add(Deviation::PathHidesDots);
  }

  // Severe in every mode: whoever guards against loops must not be guessed at.
  void judge_max_forwards() noexcept {
    verdict_.max_forwards = max_forwards(head_, bytes_);
    if (verdict_.max_forwards.kind == MaxForwards::Kind::Invalid) {
      verdict_.refusal = ReplyReason::FieldValueInvalid;
    }
  }

  void judge_target() noexcept {
    // The method is the first thing of a head that is not an empty line.
    if (head_.method_text.offset > 0) verdict_.found.add(Deviation::EmptyLinesBefore);
    if (!head_.target_is_uri) verdict_.found.add(Deviation::TargetBeyondUri);
    if (head_.authority.empty()) verdict_.found.add(Deviation::HostAbsent);
    if (has_host_beside_target(head_, bytes_)) verdict_.found.add(Deviation::HostBesideTarget);
  }

  void judge_fields() noexcept {
    const FieldTable& fields = head_.fields;
    if (fields.has(FieldId::Expect) && has_unknown_expectation(head_, bytes_)) {
      verdict_.found.add(Deviation::ExpectationUnknown);
    }
    if (fields.has_empty_value() && has_meaningless_field(fields)) {
      verdict_.found.add(Deviation::FieldEmpty);
    }
    if (verdict_.connection.names_end_to_end) {
      verdict_.found.add(Deviation::ConnectionNamesEndToEnd);
    }
    if (fields.has_underscore()) judge_underscores();
  }

  void judge_underscores() noexcept {
    verdict_.found.add(Deviation::FieldNameUnderscore);
    if (policy_.underscores == Underscores::Refuse) {
      verdict_.refusal = ReplyReason::FieldNameUnderscore;
    } else if (policy_.underscores == Underscores::Drop) {
      head_.fields.drop_if([this](const Field& field) noexcept {
        return view(field.name, bytes_).find('_') != std::string_view::npos;
      });
    }
  }

  // There is a body, or at least a field that speaks of one.
  void judge_body() noexcept {
    const Framing framing = verdict_.framing;
    if (framing.kind == Framing::Kind::Chunked || framing.length > 0) {
      verdict_.found.add(Deviation::BodyUnexpected);
    } else if (head_.method == Method::Get || head_.method == Method::Head) {
      verdict_.found.add(Deviation::ContentLengthZero);
    }
  }

  // The gravest deviation names the refusal.
  void apply_mode() noexcept {
    verdict_.found.for_each([this](Deviation deviation) noexcept {
      const DeviationEntry& entry = entry_of(deviation);
      const bool refused = refuses(policy_.mode, entry.of_class);
      if (refused && verdict_.refusal == ReplyReason::None) verdict_.refusal = entry.refusal;
      if (is_dangerous(entry.of_class)) verdict_.sharing = Sharing::Forbidden;
    });
  }

  RequestHead& head_;
  base::ByteSpan bytes_;
  const RequestPolicy& policy_;
  Judgement verdict_;
};

}  // namespace

Judgement judge_request(RequestHead& head, base::ByteSpan bytes, const RequestPolicy& policy,
                        base::MutableByteSpan path_room) noexcept {
  return Judge(head, bytes, policy).judge(path_room);
}

}  // namespace penstock::http
