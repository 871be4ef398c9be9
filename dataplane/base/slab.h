// SPDX-License-Identifier: Apache-2.0
//
// A fixed number of objects of one type, allocated at start; acquire and release cost a few loads.
// It never grows: acquire() at the limit returns nullptr and the caller refuses in its own words.
// Owned by one worker; not thread safe.
// Invariants: (1) an object's address never changes; (2) index_of() is stable and below capacity();
// (3) all objects are released before the slab is destroyed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <utility>

#include "dataplane/base/check.h"

namespace penstock::base {

template <class T>
class Slab {
 public:
  explicit Slab(uint32_t capacity)
      : cells_(std::make_unique_for_overwrite<Cell[]>(capacity)), capacity_(capacity) {}
  Slab(const Slab&) = delete;
  Slab& operator=(const Slab&) = delete;
  ~Slab() { DCHECK(in_use_ == 0); }

  template <class... Args>
  T* acquire(Args&&... args) noexcept {
    Cell* cell = free_;
    if (cell != nullptr) {
      free_ = cell->next_free;
    } else if (untouched_ < capacity_) {
      // Cells are handed out in order the first time, so that memory is touched only when needed.
      cell = &cells_[untouched_++];
    } else {
      return nullptr;
    }
    ++in_use_;
    return ::new (static_cast<void*>(cell->storage)) T(std::forward<Args>(args)...);
  }

  void release(T* object) noexcept {
    DCHECK(in_use_ > 0 && index_of(*object) < untouched_);
    Cell* cell = cell_of(object);
    object->~T();
    cell->next_free = free_;
    free_ = cell;
    --in_use_;
  }

  uint32_t index_of(const T& object) const noexcept {
    const auto* cell = reinterpret_cast<const Cell*>(&object);
    return static_cast<uint32_t>(cell - cells_.get());
  }
  // The object at an index that is in use.
  T& at(uint32_t index) noexcept {
    DCHECK(index < untouched_);
    return *std::launder(reinterpret_cast<T*>(cells_[index].storage));
  }

  uint32_t in_use() const noexcept { return in_use_; }
  uint32_t capacity() const noexcept { return capacity_; }
  static constexpr size_t bytes_per_object() noexcept { return sizeof(Cell); }

 private:
  union Cell {
    Cell* next_free;
    alignas(T) unsigned char storage[sizeof(T)];
  };
  static Cell* cell_of(T* object) noexcept { return reinterpret_cast<Cell*>(object); }

  std::unique_ptr<Cell[]> cells_;
  Cell* free_ = nullptr;
  uint32_t capacity_;
  uint32_t untouched_ = 0;
  uint32_t in_use_ = 0;
};

}  // namespace penstock::base
