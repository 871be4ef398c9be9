// SPDX-License-Identifier: Apache-2.0
#include "dataplane/upstream/cooldown.h"

namespace penstock::upstream {

void Cooldown::begin(uint32_t backend, base::Instant now) noexcept {
  end(backend);
  if (count_ == kEntriesMax) return;
  entries_[count_++] = {backend, now + kCooldown};
  cooling_.set(backend);
}

void Cooldown::end(uint32_t backend) noexcept {
  if (!cooling_.test(backend)) return;
  for (uint32_t i = 0; i < count_; ++i) {
    if (entries_[i].backend == backend) {
      remove(i);
      return;
    }
  }
}

const balance::BackendSet* Cooldown::at(base::Instant now) noexcept {
  for (uint32_t i = count_; i > 0; --i) {
    if (entries_[i - 1].until <= now) remove(i - 1);
  }
  return count_ == 0 ? nullptr : &cooling_;
}

void Cooldown::remove(uint32_t index) noexcept {
  cooling_.reset(entries_[index].backend);
  entries_[index] = entries_[--count_];
}

}  // namespace penstock::upstream
