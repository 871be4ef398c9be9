// SPDX-License-Identifier: Apache-2.0
//
// Gives each thing of a configuration the small dense id by which the data plane knows it through
// all snapshots: backends, pools.
// A plain value: compile into a copy and keep the copy when the snapshot was published.
// It frees nothing by itself; the publisher says which generations are still alive.
// Control thread.
// Invariants: (1) an id means one thing in all snapshots that are alive; (2) ids are below the
// maximum; (3) a thing that returns before its id was reclaimed gets it back.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace penstock::compile {

template <class Key>
class IdRegistry {
 public:
  explicit IdRegistry(uint32_t ids_max) : ids_max_(ids_max) {}

  // `key` is wanted in `generation`. False when there is no id left for it.
  [[nodiscard]] bool want(const Key& key, uint64_t generation) {
    Entry* entry = find_or_add(key);
    if (entry == nullptr) return false;
    entry->retired.reset();
    entry->last_wanted = generation;
    return true;
  }
  // Whatever was not wanted in `generation` retires with it.
  void retire_others(uint64_t generation) {
    for (auto& [key, entry] : entries_) {
      if (entry.last_wanted != generation && !entry.retired) entry.retired = generation;
    }
  }

  std::optional<uint32_t> find(const Key& key) const {
    const auto place = entries_.find(key);
    if (place == entries_.end()) return std::nullopt;
    return place->second.id;
  }

  // Makes the ids of what retired with `oldest_alive` or before free for others, if `is_quiet` says
  // that no worker has anything left of it. Returns them: their counters start anew.
  std::vector<uint32_t> reclaim(uint64_t oldest_alive,
                                const std::function<bool(uint32_t id)>& is_quiet) {
    std::vector<uint32_t> reclaimed;
    std::erase_if(entries_, [&](const auto& item) {
      const Entry& entry = item.second;
      if (!entry.retired || *entry.retired > oldest_alive || !is_quiet(entry.id)) return false;
      reclaimed.push_back(entry.id);
      free_.push_back(entry.id);
      return true;
    });
    return reclaimed;
  }

 private:
  struct Entry {
    uint32_t id = 0;
    uint64_t last_wanted = 0;  // the latest generation that has it
    // The first generation without it; absent while it is wanted.
    std::optional<uint64_t> retired;
  };

  Entry* find_or_add(const Key& key) {
    const auto place = entries_.find(key);
    if (place != entries_.end()) return &place->second;
    const std::optional<uint32_t> id = take_free_id();
    if (!id) return nullptr;
    Entry& entry = entries_[key];
    entry.id = *id;
    return &entry;
  }

  std::optional<uint32_t> take_free_id() {
    if (!free_.empty()) {
      const uint32_t id = free_.back();
      free_.pop_back();
      return id;
    }
    if (untouched_ == ids_max_) return std::nullopt;
    return untouched_++;
  }

  std::map<Key, Entry> entries_;
  std::vector<uint32_t> free_;
  uint32_t ids_max_;
  uint32_t untouched_ = 0;  // ids from here on were never given
};

}  // namespace penstock::compile
