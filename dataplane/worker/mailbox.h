// SPDX-License-Identifier: Apache-2.0
//
// Mailbox: messages from exactly one thread to exactly one other, in order, without locks.
// Messages are small plain values copied through an rte_ring. A full mailbox refuses; the sender
// decides what that means (control tries again, a worker counts a lost access record).
// One producer thread, one consumer thread.
#pragma once

#include <rte_ring_elem.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <optional>
#include <type_traits>

#include "dataplane/base/check.h"
#include "dataplane/base/limits.h"

namespace penstock::worker {

// What control asks of a worker besides reading a new snapshot.
struct Command {
  enum class Kind : uint8_t {
    Drain,  // stop accepting, let open exchanges finish until the deadline, then end
    Stop,   // end now
  };
  Kind kind = Kind::Stop;
};

template <class T>
class Mailbox {
  static_assert(std::is_trivially_copyable_v<T>);
  // A ring counts elements in words of four bytes.
  struct alignas(std::max(alignof(uint32_t), alignof(T))) Element {
    T value;
  };
  static_assert(sizeof(Element) % 4 == 0);

 public:
  // Memory is taken once, here; `messages` is a power of two, of which one less is usable.
  explicit Mailbox(uint32_t messages = base::kMailboxMessages)
      : memory_(static_cast<rte_ring*>(std::aligned_alloc(
            RTE_CACHE_LINE_SIZE,
            (rte_ring_get_memsize_elem(sizeof(Element), messages) + RTE_CACHE_LINE_SIZE - 1) /
                RTE_CACHE_LINE_SIZE * RTE_CACHE_LINE_SIZE))) {
    CHECK(memory_ != nullptr);
    CHECK(rte_ring_init(memory_.get(), "mailbox", messages, RING_F_SP_ENQ | RING_F_SC_DEQ) == 0);
  }

  // False when the mailbox is full.
  [[nodiscard]] bool post(const T& message) noexcept {
    Element element{message};
    return rte_ring_sp_enqueue_elem(memory_.get(), &element, sizeof element) == 0;
  }

  // Nothing when the mailbox is empty.
  [[nodiscard]] std::optional<T> take() noexcept {
    Element element;
    if (rte_ring_sc_dequeue_elem(memory_.get(), &element, sizeof element) != 0) return std::nullopt;
    return element.value;
  }

 private:
  struct Free {
    void operator()(rte_ring* ring) const noexcept { std::free(ring); }
  };
  std::unique_ptr<rte_ring, Free> memory_;
};

}  // namespace penstock::worker
