// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/http_reader.h"

#include <algorithm>
#include <cctype>
#include <sstream>
#include <utility>

#include "dataplane/base/check.h"

namespace penstock::testing {

namespace {

std::string word(const std::string& line, int index) {
  std::istringstream words(line);
  std::string each;
  for (int i = 0; i <= index; ++i) words >> each;
  return each;
}

}  // namespace

uint16_t HttpMessage::status() const {
  return start_line.empty() ? 0 : static_cast<uint16_t>(std::stoi(word(start_line, 1)));
}
std::string HttpMessage::method() const { return word(start_line, 0); }
std::string HttpMessage::target() const { return word(start_line, 1); }

std::optional<HttpMessage> HttpReader::next() {
  while (part_ != Part::Done && step()) {
  }
  input_.erase(0, std::exchange(at_, 0));
  const bool is_begun = part_ != Part::Head || !input_.empty();
  if (part_ == Part::UntilClose && has_ended_) part_ = Part::Done;
  if (part_ != Part::Done) {
    if (!has_ended_ || !is_begun) return std::nullopt;
    message_.is_cut_short = true;
    input_.clear();
  }
  part_ = Part::Head;
  return std::exchange(message_, HttpMessage{});
}

// True while there is more to do.
bool HttpReader::step() {
  switch (part_) {
    case Part::Head:
      return read_head();
    case Part::Length:
      return read_data(Part::Done);
    case Part::ChunkLine:
      return read_chunk_line();
    case Part::ChunkData:
      return read_data(Part::ChunkLine);
    case Part::Trailer: {
      const auto line = read_line();
      if (line && line->empty()) part_ = Part::Done;
      return line.has_value();
    }
    case Part::UntilClose:
      message_.body += input_.substr(at_);
      at_ = input_.size();
      return false;
    case Part::Done:
      break;
  }
  return false;
}

bool HttpReader::read_head() {
  if (input_.find("\r\n\r\n", at_) == std::string::npos) return false;
  message_.start_line = *read_line();
  for (std::string line = *read_line(); !line.empty(); line = *read_line()) {
    const size_t colon = line.find(": ");
    CHECK(colon != std::string::npos);
    std::string name = line.substr(0, colon);
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    CHECK(message_.fields.emplace(name, line.substr(colon + 2)).second);
  }
  part_ = body_part();
  left_ = part_ == Part::Length ? std::stoull(message_.fields["content-length"]) : 0;
  if (part_ == Part::Length && left_ == 0) part_ = Part::Done;
  return true;
}

HttpReader::Part HttpReader::body_part() const {
  const auto& fields = message_.fields;
  CHECK(!(fields.contains("content-length") && fields.contains("transfer-encoding")));
  if (fields.contains("content-length")) return Part::Length;
  if (fields.contains("transfer-encoding")) return Part::ChunkLine;
  return kind_ == Kind::Requests ? Part::Done : Part::UntilClose;
}

bool HttpReader::read_data(Part afterwards) {
  const size_t count = std::min<size_t>(left_, input_.size() - at_);
  message_.body.append(input_, at_, count);
  at_ += count;
  left_ -= count;
  if (left_ > 0) return false;
  if (afterwards == Part::ChunkLine) {
    if (input_.size() - at_ < 2) return false;
    CHECK(input_.compare(at_, 2, "\r\n") == 0);
    at_ += 2;
  }
  part_ = afterwards;
  return true;
}

bool HttpReader::read_chunk_line() {
  const auto line = read_line();
  if (!line) return false;
  left_ = std::stoull(*line, nullptr, 16);
  part_ = left_ == 0 ? Part::Trailer : Part::ChunkData;
  return true;
}

std::optional<std::string> HttpReader::read_line() {
  const size_t end = input_.find("\r\n", at_);
  if (end == std::string::npos) return std::nullopt;
  std::string line = input_.substr(at_, end - at_);
  at_ = end + 2;
  return line;
}

}  // namespace penstock::testing
