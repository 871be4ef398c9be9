// SPDX-License-Identifier: Apache-2.0
#include "dataplane/proxy/body_lookahead.h"

namespace penstock::proxy {

BodyLookahead::Verdict BodyLookahead::look(const nic::SliceQueue& received,
                                           uint32_t head_bytes) noexcept {
  uint64_t passed = 0;
  bool is_well_formed = true;
  received.for_each([&](base::ByteSpan bytes) noexcept {
    const uint64_t known = head_bytes + seen_;
    const uint64_t start = passed;
    passed += bytes.size();
    if (passed > known) is_well_formed = step(bytes.subspan(known > start ? known - start : 0));
    return is_well_formed && !decoder_.is_complete();
  });
  if (!is_well_formed) return Verdict::Malformed;
  return decoder_.is_complete() ? Verdict::Complete : Verdict::Incomplete;
}

BodyLookahead::Verdict BodyLookahead::on_source_closed() noexcept {
  return decoder_.on_peer_closed() == http::BodyDecoder::Closed::Complete ? Verdict::Complete
                                                                          : Verdict::Incomplete;
}

// False when it is malformed.
bool BodyLookahead::step(base::ByteSpan news) noexcept {
  while (!news.empty() && !decoder_.is_complete()) {
    const http::BodyStep step = decoder_.step(news);
    if (step.state == http::BodyStep::State::Error) return false;
    const size_t passed = size_t{step.skip} + step.data;
    seen_ += passed;
    news = news.subspan(passed);
  }
  return true;
}

}  // namespace penstock::proxy
