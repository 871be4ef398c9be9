// SPDX-License-Identifier: Apache-2.0
//
// Feeds pieces to a head parser the way a connection does: each call shows all bytes so far, at an
// address of their own; and writes parsed heads as text, so that two answers can be compared.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "dataplane/http/message.h"
#include "dataplane/http/parse_step.h"
#include "dataplane/http/reason.h"
#include "tests/support/every_split.h"

namespace penstock::support {

inline std::string text_of(http::Text text, const Piece& bytes) {
  return std::string(http::view(text, bytes));
}

inline std::string fields_as_text(const http::FieldTable& fields, const Piece& bytes) {
  std::string result;
  for (const http::Field& field : fields) {
    result += "[" + std::to_string(static_cast<unsigned>(field.id)) + " " +
              text_of(field.name, bytes) + "=" + text_of(field.value, bytes) + "]";
  }
  return result;
}

inline std::string head_as_text(const http::RequestHead& head, const Piece& bytes) {
  return "method=" + text_of(head.method_text, bytes) + "/" +
         std::to_string(static_cast<unsigned>(head.method)) +
         " target=" + text_of(head.target, bytes) +
         " form=" + std::to_string(static_cast<unsigned>(head.form)) +
         " authority=" + text_of(head.authority, bytes) +
         " host=" + text_of(head.host_value, bytes) + " path=" + text_of(head.path, bytes) +
         " query=" + text_of(head.query, bytes) +
         " version=" + std::to_string(static_cast<unsigned>(head.version)) +
         " bytes=" + std::to_string(head.head_bytes) + fields_as_text(head.fields, bytes);
}

inline std::string head_as_text(const http::ResponseHead& head, const Piece& bytes) {
  return "version=" + std::to_string(static_cast<unsigned>(head.version)) +
         " status=" + std::to_string(head.status) + " reason=" + text_of(head.reason, bytes) +
         " bytes=" + std::to_string(head.head_bytes) + fields_as_text(head.fields, bytes);
}

struct FedHead {
  http::ParseStep step;
  std::string text;  // head_as_text() when complete, else the refusal.
};

// Stops at the first answer other than NeedMore, as a caller would.
template <class Parser, class Head>
FedHead feed_head(const Pieces& pieces) {
  Parser parser;
  Head head;
  Piece received;
  http::ParseStep step;
  for (const Piece& piece : pieces) {
    Piece moved(received.size() + piece.size());
    std::copy(received.begin(), received.end(), moved.begin());
    std::copy(piece.begin(), piece.end(), moved.begin() + received.size());
    received.swap(moved);
    step = parser.parse(received, head);
    if (step.state != http::ParseStep::State::NeedMore) break;
  }
  if (step.state == http::ParseStep::State::Complete) return {step, head_as_text(head, received)};
  return {step, std::string(http::reply_text(step.error))};
}

}  // namespace penstock::support
