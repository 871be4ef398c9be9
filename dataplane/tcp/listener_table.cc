// SPDX-License-Identifier: Apache-2.0
#include "dataplane/tcp/listener_table.h"

namespace penstock::tcp {

bool Listener::admits(base::IpAddress source) const noexcept {
  if (admission.access == nullptr || admission.access->admits(source)) return true;
  if (admission.denied != nullptr) admission.denied->add();
  return false;
}

base::Result<base::Done, ListenError> ListenerTable::add(const Listener& listener) noexcept {
  if (find_exactly(listener.local) != nullptr) return base::Failure{ListenError::AddressInUse};
  if (count_ == base::kListenersMax) return base::Failure{ListenError::TooManyListeners};
  entries_[count_++] = listener;
  return base::Done{};
}

bool ListenerTable::remove(base::Endpoint local) noexcept {
  Listener* listener = find_exactly(local);
  if (listener == nullptr) return false;
  *listener = entries_[--count_];
  return true;
}

bool ListenerTable::set_admission(base::Endpoint local, const Admission& admission) noexcept {
  Listener* listener = find_exactly(local);
  if (listener == nullptr) return false;
  listener->admission = admission;
  return true;
}

const Listener* ListenerTable::find(base::Endpoint local) const noexcept {
  const Listener* any = nullptr;
  for (uint32_t i = 0; i < count_; ++i) {
    if (entries_[i].local.port != local.port) continue;
    if (entries_[i].local.address == local.address) return &entries_[i];
    if (entries_[i].local.address.is_unspecified()) any = &entries_[i];
  }
  return any;
}

Listener* ListenerTable::find_exactly(base::Endpoint local) noexcept {
  for (uint32_t i = 0; i < count_; ++i) {
    if (entries_[i].local == local) return &entries_[i];
  }
  return nullptr;
}

}  // namespace penstock::tcp
