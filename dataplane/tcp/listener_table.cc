// SPDX-License-Identifier: Apache-2.0
#include "dataplane/tcp/listener_table.h"

namespace penstock::tcp {

base::Result<base::Done, ListenError> ListenerTable::add(base::Endpoint local,
                                                         uint32_t tag) noexcept {
  for (uint32_t i = 0; i < count_; ++i) {
    if (entries_[i].local == local) return base::Failure{ListenError::AddressInUse};
  }
  if (count_ == base::kListenersMax) return base::Failure{ListenError::TooManyListeners};
  entries_[count_++] = {local, tag};
  return base::Done{};
}

bool ListenerTable::remove(base::Endpoint local) noexcept {
  for (uint32_t i = 0; i < count_; ++i) {
    if (entries_[i].local != local) continue;
    entries_[i] = entries_[--count_];
    return true;
  }
  return false;
}

std::optional<uint32_t> ListenerTable::find(base::Endpoint local) const noexcept {
  std::optional<uint32_t> any;
  for (uint32_t i = 0; i < count_; ++i) {
    if (entries_[i].local.port != local.port) continue;
    if (entries_[i].local.address == local.address) return entries_[i].tag;
    if (entries_[i].local.address.is_unspecified()) any = entries_[i].tag;
  }
  return any;
}

}  // namespace penstock::tcp
