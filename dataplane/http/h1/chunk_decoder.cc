// SPDX-License-Identifier: Apache-2.0
#include "dataplane/http/h1/chunk_decoder.h"

#include <algorithm>

#include "dataplane/base/check.h"
#include "dataplane/base/limits.h"
#include "dataplane/http/char_class.h"
#include "dataplane/http/framing.h"

namespace penstock::http::h1 {
namespace {

constexpr int kNotHex = -1;

constexpr int hex_value(uint8_t byte) noexcept {
  if (byte >= '0' && byte <= '9') return byte - '0';
  const int lower = byte | 0x20;
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : kNotHex;
}

// For a byte that should have been a line feed behind a carriage return.
constexpr ReplyReason expect_line_feed(uint8_t byte) noexcept {
  return byte == '\n' ? ReplyReason::None : ReplyReason::BareCarriageReturn;
}

constexpr ReplyReason bare_line_feed_or(ReplyReason other, uint8_t byte) noexcept {
  return byte == '\n' ? ReplyReason::BareLineFeed : other;
}

}  // namespace

BodyStep ChunkDecoder::step(base::ByteSpan input) noexcept {
  DCHECK(input.size() <= UINT32_MAX);
  if (state_ == State::Done) return {BodyStep::State::End, ReplyReason::None, 0, 0};
  if (state_ == State::Failed) return {BodyStep::State::Error, error_, 0, 0};
  const auto input_bytes = static_cast<uint32_t>(input.size());
  for (uint32_t at = 0; at < input_bytes; ++at) {
    if (state_ == State::Data) {
      const auto data = static_cast<uint32_t>(std::min<uint64_t>(chunk_left_, input_bytes - at));
      chunk_left_ -= data;
      if (chunk_left_ == 0) state_ = State::DataReturn;
      return {BodyStep::State::Data, ReplyReason::None, at, data};
    }
    error_ = on_framing_byte(input[at]);
    if (error_ != ReplyReason::None) {
      state_ = State::Failed;
      return {BodyStep::State::Error, error_, at, 0};
    }
    if (state_ == State::Done) return {BodyStep::State::End, ReplyReason::None, at + 1, 0};
  }
  return {BodyStep::State::NeedMore, ReplyReason::None, input_bytes, 0};
}

ReplyReason ChunkDecoder::on_framing_byte(uint8_t byte) noexcept {
  switch (state_) {
    case State::SizeFirst:
    case State::Size:
    case State::SpaceAfterSize:
    case State::Extension:
    case State::SizeLineFeed:
      if (++line_bytes_ > base::kChunkLineBytesMax) return ReplyReason::ChunkLineTooLong;
      return on_size_byte(byte);
    case State::DataReturn:
    case State::DataLineFeed:
      return on_data_end_byte(byte);
    case State::TrailerFirst:
    case State::TrailerName:
    case State::TrailerValue:
    case State::TrailerLineFeed:
    case State::LastLineFeed:
      if (++trailer_bytes_ > base::kTrailerBytesMax) return ReplyReason::TrailerTooLarge;
      return on_trailer_byte(byte);
    case State::Data:
    case State::Done:
    case State::Failed:
      break;
  }
  CHECK_NOT_REACHED();  // step() handles these three.
  return ReplyReason::None;
}

ReplyReason ChunkDecoder::on_size_byte(uint8_t byte) noexcept {
  switch (state_) {
    case State::SizeFirst:
      chunk_left_ = 0;
      state_ = State::Size;
      return add_digit(byte);
    case State::Size:
      return hex_value(byte) == kNotHex ? end_of_size_digits(byte) : add_digit(byte);
    case State::SpaceAfterSize:
      if (byte == ';') state_ = State::Extension;
      if (byte == ';' || byte == ' ' || byte == '\t') return ReplyReason::None;
      return bare_line_feed_or(ReplyReason::ChunkSizeInvalid, byte);
    case State::Extension:
      if (byte == '\r') state_ = State::SizeLineFeed;
      if (byte == '\r' || is_in(kValueChar, byte)) return ReplyReason::None;
      return bare_line_feed_or(ReplyReason::ChunkExtensionInvalid, byte);
    default:
      return byte == '\n' ? on_size_line() : expect_line_feed(byte);
  }
}

ReplyReason ChunkDecoder::add_digit(uint8_t byte) noexcept {
  const int digit = hex_value(byte);
  if (digit == kNotHex) return bare_line_feed_or(ReplyReason::ChunkSizeInvalid, byte);
  if (chunk_left_ > kContentLengthMax >> 4) return ReplyReason::ChunkSizeTooLarge;
  chunk_left_ = chunk_left_ << 4 | static_cast<uint64_t>(digit);
  return ReplyReason::None;
}

ReplyReason ChunkDecoder::end_of_size_digits(uint8_t byte) noexcept {
  switch (byte) {
    case '\r':
      state_ = State::SizeLineFeed;
      return ReplyReason::None;
    case ';':
      state_ = State::Extension;
      return ReplyReason::None;
    case ' ':
    case '\t':
      state_ = State::SpaceAfterSize;
      return ReplyReason::None;
    default:
      return bare_line_feed_or(ReplyReason::ChunkSizeInvalid, byte);
  }
}

// A line may have 16 bytes, and two more for each byte of its chunk: any chunk without extensions
// has less, so that the longest body of the smallest chunks is not in debt.
ReplyReason ChunkDecoder::on_size_line() noexcept {
  constexpr uint64_t kFreeBytes = 16;
  const uint64_t paid = kFreeBytes + 2 * std::min<uint64_t>(chunk_left_, UINT32_MAX);
  const uint64_t owed = uint64_t{excess_bytes_} + line_bytes_;
  excess_bytes_ = static_cast<uint32_t>(owed - std::min(owed, paid));
  line_bytes_ = 0;
  state_ = chunk_left_ == 0 ? State::TrailerFirst : State::Data;
  return excess_bytes_ > base::kChunkExcessBytesMax ? ReplyReason::ChunkExtensionsTooLong
                                                    : ReplyReason::None;
}

ReplyReason ChunkDecoder::on_data_end_byte(uint8_t byte) noexcept {
  if (state_ == State::DataReturn) {
    if (byte != '\r') return bare_line_feed_or(ReplyReason::ChunkEndInvalid, byte);
    state_ = State::DataLineFeed;
    return ReplyReason::None;
  }
  state_ = State::SizeFirst;
  return expect_line_feed(byte);
}

ReplyReason ChunkDecoder::on_trailer_byte(uint8_t byte) noexcept {
  switch (state_) {
    case State::TrailerFirst:
      state_ = byte == '\r' ? State::LastLineFeed : State::TrailerName;
      if (byte == '\r' || is_in(kTokenChar, byte)) return ReplyReason::None;
      return bare_line_feed_or(ReplyReason::TrailerInvalid, byte);
    case State::TrailerName:
      if (byte == ':') state_ = State::TrailerValue;
      if (byte == ':' || is_in(kTokenChar, byte)) return ReplyReason::None;
      return bare_line_feed_or(ReplyReason::TrailerInvalid, byte);
    case State::TrailerValue:
      if (byte == '\r') state_ = State::TrailerLineFeed;
      if (byte == '\r' || is_in(kValueChar, byte)) return ReplyReason::None;
      return bare_line_feed_or(ReplyReason::TrailerInvalid, byte);
    case State::TrailerLineFeed:
      state_ = State::TrailerFirst;
      return expect_line_feed(byte);
    default:
      state_ = State::Done;
      return expect_line_feed(byte);
  }
}

}  // namespace penstock::http::h1
