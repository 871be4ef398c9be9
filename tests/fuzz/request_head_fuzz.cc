// SPDX-License-Identifier: Apache-2.0
//
// Request heads: no input may crash the parser or be read past its end, and no split may change the
// answer. A head that parses, and that is judged fit to go on, is emitted for a backend and parsed
// again: it must mean the same, for a second reading of one request is how requests are smuggled.
// Under every mode a path that goes on is its own normal form.
// The first byte of the input chooses where the rest is cut.
#include <algorithm>
#include <string>
#include <vector>

#include "dataplane/base/check.h"
#include "dataplane/http/compliance.h"
#include "dataplane/http/h1/request_parser.h"
#include "dataplane/http/h1/writer.h"
#include "tests/support/head_feeder.h"
#include "tests/support/string_sink.h"

namespace penstock::http::h1 {
namespace {

using support::Piece;

std::string_view of(Text text, const Piece& bytes) { return view(text, bytes); }

void check_emitted(const RequestHead& head, const Piece& bytes, const Judgement& judgement) {
  const Framing framing = judgement.framing;
  RequestEdits edits;
  edits.framing = framing;
  edits.path = path_to_send(judgement, {});
  edits.origin.peer_address = "192.0.2.1";
  edits.origin.client_address = "192.0.2.1";
  edits.origin.proto = "http";
  edits.origin.port = 80;
  support::StringSink sink;
  emit_request_head(sink, head, bytes, edits);
  const Piece emitted(sink.text.begin(), sink.text.end());
  RequestParser parser;
  RequestHead again;
  const ParseStep step = parser.parse(emitted, again);
  // An HTTP/1.0 request without a host leaves with an empty one, which our own parser refuses;
  // our additions may push a head over a limit.
  if (step.state == ParseStep::State::Error) {
    CHECK(head.host_value.empty() || reply_status(step.error) == 431 ||
          reply_status(step.error) == 414);
    return;
  }
  CHECK(step == ParseStep::complete());
  CHECK(again.head_bytes == emitted.size());
  CHECK(of(again.method_text, emitted) == of(head.method_text, bytes));
  CHECK(of(again.host_value, emitted) == of(head.host_value, bytes));
  CHECK(of(again.query, emitted) == of(head.query, bytes));
  if (!path_is_implied(head)) CHECK(of(again.path, emitted) == judgement.path);
  CHECK(std::none_of(again.fields.begin(), again.fields.end(), [&](const Field& field) {
    return of(field.name, emitted).find('_') != std::string_view::npos;
  }));
  const auto framing_again = request_framing(again, emitted);
  CHECK(framing_again.ok() && *framing_again == framing);
}

void check_judged(const RequestHead& parsed, const Piece& bytes, const RequestPolicy& policy) {
  RequestHead head = parsed;
  std::vector<uint8_t> room(head.path.length);
  const Judgement judgement = judge_request(head, bytes, policy, room);
  if (judgement.refusal != ReplyReason::None) return;
  if (judgement.path != "*") {
    std::vector<uint8_t> other_room(judgement.path.size());
    CHECK(normalize_path(judgement.path, policy.path, other_room).path == judgement.path);
  }
  check_emitted(head, bytes, judgement);
}

void check_whole(std::string_view input) {
  RequestParser parser;
  RequestHead head;
  const Piece bytes(input.begin(), input.end());
  const ParseStep step = parser.parse(bytes, head);
  // What a refused head is reported by lies within it, which its views are asked for here.
  if (step.state == ParseStep::State::Error) {
    CHECK(of(head.method_text, bytes).size() + of(head.target, bytes).size() <= bytes.size());
    CHECK(of(head.authority, bytes).size() <= bytes.size());
  }
  if (step != ParseStep::complete()) return;
  CHECK(head.head_bytes <= bytes.size());
  check_judged(head, bytes, {.mode = Mode::Monitor});
  check_judged(head, bytes, {.mode = Mode::Defensive});
  check_judged(head, bytes,
               {.mode = Mode::Monitor, .path = {DuplicateSlashes::Keep, EncodedSlash::Decode}});
}

}  // namespace
}  // namespace penstock::http::h1

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace penstock;
  if (size < 2) return 0;
  const std::string_view input(reinterpret_cast<const char*>(data + 1), size - 1);
  const auto feed = [](const support::Pieces& pieces) {
    return support::feed_head<http::h1::RequestParser, http::RequestHead>(pieces);
  };
  const auto whole = feed(support::cut(input, {}));
  const auto halves = feed(support::cut(input, {data[0] % input.size()}));
  CHECK(whole.step == halves.step && whole.text == halves.text);
  if (input.size() <= 512) {
    const auto single = feed(support::cut_into_bytes(input));
    CHECK(whole.step == single.step && whole.text == single.text);
  }
  http::h1::check_whole(input);
  return 0;
}
