// SPDX-License-Identifier: Apache-2.0
#include "dataplane/proxy/listeners.h"

#include <algorithm>

namespace penstock::proxy {

Listeners::Change Listeners::apply(const Snapshot& snapshot) noexcept {
  Change change = Change::NoneRemoved;
  for (Slot& slot : slots_) {
    if (!slot.named) continue;
    const bool stays =
        std::any_of(snapshot.listeners.begin(), snapshot.listeners.end(),
                    [&](const ListenerPlan& listener) { return listener.address == slot.address; });
    if (stays) continue;
    if (!stopped_) stack_.stop_listening(slot.address);
    slot.named = false;
    change = Change::SomeRemoved;
  }
  for (uint32_t index = 0; index < snapshot.listeners.size(); ++index) {
    const ListenerPlan& plan = snapshot.listeners[index];
    if (Slot* slot = find_named(plan.address)) {
      slot->index = index;
      if (!stopped_) stack_.set_admission(plan.address, admission_of(plan));
    } else if (!stopped_) {
      open(plan, index);
    }
  }
  return change;
}

void Listeners::stop_all() noexcept {
  stopped_ = true;
  for (const Slot& slot : slots_) {
    if (slot.named) stack_.stop_listening(slot.address);
  }
}

std::optional<uint32_t> Listeners::index_of(uint32_t slot) const noexcept {
  if (!slots_[slot].named) return std::nullopt;
  return slots_[slot].index;
}

bool Listeners::takes(uint32_t slot, const base::Endpoint& local) const noexcept {
  const Slot& candidate = slots_[slot];
  const base::Endpoint& address = candidate.address;
  return candidate.named && address.port == local.port &&
         (address.address.is_unspecified() || address.address == local.address);
}

tcp::Admission Listeners::admission_of(const ListenerPlan& plan) noexcept {
  return {.access = plan.access.get(), .denied = &counters_[plan.id].denied};
}

void Listeners::open(const ListenerPlan& plan, uint32_t index) noexcept {
  // Control validates the number of listeners; slots held by old connections are the only shortage,
  // and the address then stays closed until the next snapshot.
  for (uint32_t i = 0; i < slots_.size(); ++i) {
    Slot& slot = slots_[i];
    if (slot.named) continue;
    if (slot.connections > 0 && slot.address != plan.address) continue;
    if (!stack_.listen(plan.address, i, admission_of(plan))) return;
    slot.address = plan.address;
    slot.index = index;
    slot.named = true;
    return;
  }
}

Listeners::Slot* Listeners::find_named(const base::Endpoint& address) noexcept {
  for (Slot& slot : slots_) {
    if (slot.named && slot.address == address) return &slot;
  }
  return nullptr;
}

}  // namespace penstock::proxy
