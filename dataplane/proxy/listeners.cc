// SPDX-License-Identifier: Apache-2.0
#include "dataplane/proxy/listeners.h"

#include <algorithm>

namespace penstock::proxy {

Listeners::Change Listeners::apply(const Snapshot& snapshot) noexcept {
  Change change = Change::NoneRemoved;
  for (Slot& slot : slots_) {
    if (!slot.listening) continue;
    const bool stays =
        std::any_of(snapshot.listeners.begin(), snapshot.listeners.end(),
                    [&](const ListenerPlan& listener) { return listener.address == slot.address; });
    if (stays) continue;
    stop(slot);
    change = Change::SomeRemoved;
  }
  for (uint32_t index = 0; index < snapshot.listeners.size(); ++index) {
    const base::Endpoint& address = snapshot.listeners[index].address;
    if (Slot* slot = find_listening(address)) {
      slot->index = index;
    } else {
      open(address, index);
    }
  }
  return change;
}

void Listeners::stop_all() noexcept {
  for (Slot& slot : slots_) {
    if (slot.listening) stop(slot);
  }
}

std::optional<uint32_t> Listeners::index_of(uint32_t slot) const noexcept {
  if (!slots_[slot].listening) return std::nullopt;
  return slots_[slot].index;
}

void Listeners::stop(Slot& slot) noexcept {
  stack_.stop_listening(slot.address);
  slot.listening = false;
}

void Listeners::open(const base::Endpoint& address, uint32_t index) noexcept {
  // Control validates the number of listeners; slots held by old connections are the only shortage,
  // and the address then stays closed until the next snapshot.
  for (uint32_t i = 0; i < slots_.size(); ++i) {
    Slot& slot = slots_[i];
    if (slot.listening) continue;
    if (slot.connections > 0 && slot.address != address) continue;
    if (!stack_.listen(address, i)) return;
    slot.address = address;
    slot.index = index;
    slot.listening = true;
    return;
  }
}

Listeners::Slot* Listeners::find_listening(const base::Endpoint& address) noexcept {
  for (Slot& slot : slots_) {
    if (slot.listening && slot.address == address) return &slot;
  }
  return nullptr;
}

}  // namespace penstock::proxy
