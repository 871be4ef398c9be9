// SPDX-License-Identifier: Apache-2.0
#include "dataplane/proxy/body_pump.h"

#include <cstring>

namespace penstock::proxy {

BodyPump::State BodyPump::move(tcp::Stream from, tcp::Stream stream, nic::PacketPool& pool,
                               nic::SliceQueue* kept) noexcept {
  if (done_) return State::Done;
  Target to{stream, pool, kept};
  nic::SliceQueue& source = from.received();
  while (!decoder_.is_complete() || pending_ > 0) {
    if (stream.write_space() == 0) return State::Blocked;
    if (pending_ == 0) {
      if (source.empty()) return State::Starved;
      if (!find_payload(source)) return State::Malformed;
    }
    if (pending_ > 0 && !write_payload(source, pending_, to)) return State::NoBuffers;
    from.consumed();
  }
  if (!write_end(to)) return State::NoBuffers;
  done_ = true;
  return State::Done;
}

bool BodyPump::find_payload(nic::SliceQueue& source) noexcept {
  const http::BodyStep step = decoder_.step(source.front());
  error_ = step.error;
  if (step.state == http::BodyStep::State::Error) return false;
  source.trim_front(step.skip);
  pending_ = step.data;
  return true;
}

bool BodyPump::write_payload(nic::SliceQueue& source, uint32_t count, Target& to) noexcept {
  nic::Slice part = source.take_front(count, to.pool);
  if (!part) return false;
  if (encoder_.marks_pieces() && !write_text(encoder_.before_piece(count).text(), to)) {
    source.push_front(std::move(part));
    return false;
  }
  write(std::move(part), to);
  encoder_.on_piece();
  pending_ = 0;
  return true;
}

bool BodyPump::write_end(Target& to) noexcept {
  return !encoder_.marks_end() || write_text(encoder_.at_end().text(), to);
}

// A few bytes of framing, as a slice of their own.
bool BodyPump::write_text(std::string_view text, Target& to) noexcept {
  nic::Slice slice = to.pool.allocate_slice();
  if (!slice) return false;
  std::memcpy(slice.room().data(), text.data(), text.size());
  slice.commit(static_cast<uint32_t>(text.size()));
  write(std::move(slice), to);
  return true;
}

void BodyPump::write(nic::Slice&& slice, Target& to) noexcept {
  if (to.kept != nullptr) {
    nic::Slice copy = to.pool.share(slice, 0, static_cast<uint32_t>(slice.size()));
    if (!copy) kept_all_ = false;
    if (copy) to.kept->push_back(std::move(copy));
  }
  to.stream.write(std::move(slice));
}

}  // namespace penstock::proxy
