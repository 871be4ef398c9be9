// SPDX-License-Identifier: Apache-2.0
//
// Response heads: no input may crash the parser or be read past its end, and no split may change
// the answer. A head that parses is emitted for a client and parsed again: it must mean the same.
// The first byte of the input chooses where the rest is cut.
#include <string>

#include "dataplane/base/check.h"
#include "dataplane/http/framing.h"
#include "dataplane/http/h1/response_parser.h"
#include "dataplane/http/h1/writer.h"
#include "tests/support/head_feeder.h"
#include "tests/support/string_sink.h"

namespace penstock::http::h1 {
namespace {

using support::Piece;

void check_emitted(const ResponseHead& head, const Piece& bytes, Framing framing) {
  ResponseEdits edits;
  edits.framing = framing;
  support::StringSink sink;
  emit_response_head(sink, head, bytes, edits);
  const Piece emitted(sink.text.begin(), sink.text.end());
  ResponseParser parser;
  ResponseHead again;
  const ParseStep step = parser.parse(emitted, again);
  // Our additions may push a head over a limit.
  if (step.state == ParseStep::State::Error) {
    CHECK(as_bad_response(step.error) == ReplyReason::ResponseHeadTooLarge);
    return;
  }
  CHECK(step == ParseStep::complete());
  CHECK(again.head_bytes == emitted.size());
  CHECK(again.status == head.status);
  const auto framing_again = response_framing(Method::Get, again, emitted);
  CHECK(framing_again.ok() && *framing_again == framing);
}

void check_whole(std::string_view input) {
  ResponseParser parser;
  ResponseHead head;
  const Piece bytes(input.begin(), input.end());
  if (parser.parse(bytes, head) != ParseStep::complete()) return;
  CHECK(head.head_bytes <= bytes.size());
  const auto framing = response_framing(Method::Get, head, bytes);
  if (framing.ok()) check_emitted(head, bytes, downstream_framing(Version::Http11, *framing));
}

}  // namespace
}  // namespace penstock::http::h1

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace penstock;
  if (size < 2) return 0;
  const std::string_view input(reinterpret_cast<const char*>(data + 1), size - 1);
  const auto feed = [](const support::Pieces& pieces) {
    return support::feed_head<http::h1::ResponseParser, http::ResponseHead>(pieces);
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
