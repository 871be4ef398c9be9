// SPDX-License-Identifier: Apache-2.0
//
// TimerWheel: millions of deadlines, each armed, moved and cancelled in constant time. An element
// derives from TimerNode; when its deadline has passed, expire_one() hands it back unlinked.
// Two levels: 1024 slots of 1 ms, 1024 slots of 1.024 s; later deadlines wait in the last slot.
// A deadline never expires early and at most one tick (1 ms) late. Moving a deadline, if not before
// the node's slot, only stores it (a retransmission timer moves with every ACK); the node travels
// when its slot comes.
// Owned by one worker; not thread safe.
// Invariants: (1) a node is linked exactly when is_armed(); (2) its slot is not later than its
// deadline's; (3) slots before `tick_` are empty.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <vector>

#include "dataplane/base/check.h"
#include "dataplane/base/list.h"
#include "dataplane/base/time.h"

namespace penstock::base {

struct TimerTag {};

class TimerNode : public ListNode<TimerTag> {
 public:
  bool is_armed() const noexcept { return is_linked(); }
  // never() when it is not armed.
  Instant deadline() const noexcept { return is_linked() ? deadline_ : Instant::never(); }

 private:
  template <class T>
  friend class TimerWheel;
  Instant deadline_;
  Instant slot_deadline_;  // the one that it was linked for
  uint32_t slot_ = 0;      // where it is linked: below kSlots the fine level, from there the coarse
};

template <class T>
class TimerWheel {
 public:
  static constexpr int64_t kTickNs = 1'000'000;

  // A start-up call. Deadlines are counted from `now`.
  explicit TimerWheel(Instant now) : slots_(2 * kSlots), tick_(now.ns() / kTickNs) {}
  TimerWheel(const TimerWheel&) = delete;
  TimerWheel& operator=(const TimerWheel&) = delete;

  // Sets or moves the deadline; never() cancels.
  void arm(T& item, Instant deadline) noexcept {
    TimerNode& node = item;
    if (deadline.is_never()) return cancel(item);
    node.deadline_ = deadline;
    if (node.is_linked()) {
      if (deadline >= node.slot_deadline_) return;
      unlink(node);
    }
    link(item);
  }

  void cancel(T& item) noexcept {
    TimerNode& node = item;
    if (node.is_linked()) unlink(node);
  }

  // One element whose deadline is not later than `now`, no longer armed; nullptr when none is left.
  T* expire_one(Instant now) noexcept {
    const int64_t now_tick = now.ns() / kTickNs;
    while (true) {
      List& due = slots_[fine(tick_)];
      if (T* item = due.front(); item != nullptr && tick_ <= now_tick) {
        unlink(*item);
        if (item->TimerNode::deadline_ <= now) return item;
        link_after(*item, now_tick);
        continue;
      }
      if (tick_ >= now_tick) return nullptr;
      advance(now_tick);
    }
  }

  // A lower bound: nothing expires before it. never() when the wheel is empty.
  Instant next_deadline() const noexcept {
    const int64_t fine_distance = distance_to_next(0, fine(tick_));
    if (fine_distance < kSlots) return Instant::from_ns((tick_ + fine_distance) * kTickNs);
    const int64_t coarse_tick = tick_ / kSlots;
    const int64_t coarse_distance = distance_to_next(kWords, (coarse_tick + 1) % kSlots);
    if (coarse_distance >= kSlots) return Instant::never();
    return Instant::from_ns((coarse_tick + 1 + coarse_distance) * kSlots * kTickNs);
  }

 private:
  using List = base::List<T, TimerTag>;
  static constexpr int64_t kSlots = 1024;
  static constexpr int64_t kWords = kSlots / 64;

  static constexpr uint32_t fine(int64_t tick) noexcept {
    return static_cast<uint32_t>(tick % kSlots);
  }

  void link(T& item) noexcept { link_after(item, tick_ - 1); }

  // Links into the slot of its deadline, but not at or before `floor_tick`.
  void link_after(T& item, int64_t floor_tick) noexcept {
    TimerNode& node = item;
    // Rounded up, so that the slot's time is never before the deadline.
    const int64_t due = std::max((node.deadline_.ns() + kTickNs - 1) / kTickNs, floor_tick + 1);
    uint32_t slot = fine(due);
    // The fine level holds what is due before the coarse hand moves on.
    if (due / kSlots != tick_ / kSlots) {
      const int64_t turns = std::min(due / kSlots - tick_ / kSlots, kSlots - 1);
      slot = static_cast<uint32_t>(kSlots + (tick_ / kSlots + turns) % kSlots);
    }
    node.slot_ = slot;
    node.slot_deadline_ = node.deadline_;
    slots_[slot].push_back(item);
    occupied_[slot / 64] |= uint64_t{1} << slot % 64;
  }

  void unlink(TimerNode& node) noexcept {
    const uint32_t slot = node.slot_;
    node.unlink();
    if (slots_[slot].empty()) occupied_[slot / 64] &= ~(uint64_t{1} << slot % 64);
  }

  // Moves the hand to the next slot that holds something, at most to `now_tick`.
  void advance(int64_t now_tick) noexcept {
    const int64_t turn_end = (tick_ / kSlots + 1) * kSlots;
    const int64_t distance = distance_to_next(0, fine(tick_));
    const int64_t target = std::min(now_tick, tick_ + distance);
    if (target < turn_end) {
      tick_ = target;
      return;
    }
    // Whole turns in which nothing is due are skipped, all of them when the wheel is empty.
    const int64_t coarse = distance_to_next(kWords, (turn_end / kSlots) % kSlots);
    const int64_t now_turn = std::max(turn_end, now_tick / kSlots * kSlots);
    tick_ = coarse == kSlots ? now_turn : std::min(turn_end + coarse * kSlots, now_turn);
    cascade();
  }

  // Spreads the coarse slot that the hand has reached over the fine level.
  void cascade() noexcept {
    const auto slot = static_cast<uint32_t>(kSlots + (tick_ / kSlots) % kSlots);
    List waiting;
    while (T* item = slots_[slot].pop_front()) waiting.push_back(*item);
    occupied_[slot / 64] &= ~(uint64_t{1} << slot % 64);
    while (T* item = waiting.pop_front()) link(*item);
  }

  // Slots from `start` to the next occupied one, wrapping; kSlots when there is none.
  int64_t distance_to_next(int64_t first_word, int64_t start) const noexcept {
    for (int64_t walked = 0; walked < kSlots + 64;) {
      const int64_t at = (start + walked) % kSlots;
      const uint64_t word = occupied_[static_cast<size_t>(first_word + at / 64)] >> at % 64;
      if (word != 0) return std::min(walked + std::countr_zero(word), kSlots);
      walked += 64 - at % 64;
    }
    return kSlots;
  }

  std::vector<List> slots_;
  std::array<uint64_t, 2 * kWords> occupied_{};
  int64_t tick_;
};

}  // namespace penstock::base
