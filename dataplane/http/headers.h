// SPDX-License-Identifier: Apache-2.0
//
// The fields of one message head, in the order of arrival, as positions inside the head's bytes:
// the bytes may move between packets and buffers while a message is parsed and forwarded.
// It stores no bytes and joins no lists; view(text, head) turns a position into characters.
// Owned by one exchange on one worker.
// Invariants: (1) at most base::kFieldsMax fields; (2) values carry no surrounding white space.
// RFC 9110 5.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "dataplane/base/bytes.h"
#include "dataplane/base/check.h"
#include "dataplane/base/limits.h"
#include "dataplane/http/field.h"

namespace penstock::http {

// A run of bytes inside a head. No initializers: a FieldTable must cost nothing to create.
struct Text {
  uint32_t offset;
  uint32_t length;

  constexpr bool empty() const noexcept { return length == 0; }
  constexpr uint32_t end() const noexcept { return offset + length; }
};

inline std::string_view view(Text text, base::ByteSpan head) noexcept {
  DCHECK(text.end() <= head.size());
  return {reinterpret_cast<const char*>(head.data()) + text.offset, text.length};
}

struct Field {
  FieldId id;
  Text name;
  Text value;
};

enum class AddResult : uint8_t { Added, Full };

class FieldTable {
 public:
  FieldTable() noexcept {}  // NOLINT: `= default` would let FieldTable{} clear all of fields_.

  uint32_t count() const noexcept { return count_; }
  std::span<const Field> fields() const noexcept { return {fields_.data(), count_}; }
  const Field* begin() const noexcept { return fields_.data(); }
  const Field* end() const noexcept { return fields_.data() + count_; }

  // The first field of that name, or nullptr.
  const Field* find(FieldId id) const noexcept {
    return has(id) ? &fields_[first_[static_cast<unsigned>(id)]] : nullptr;
  }
  const Field* find(std::string_view name, base::ByteSpan head) const noexcept;

  // Not for FieldId::Other.
  bool has(FieldId id) const noexcept { return (present_ >> static_cast<unsigned>(id) & 1) != 0; }
  uint32_t count(FieldId id) const noexcept;

  AddResult add(const Field& field) noexcept {
    if (count_ == fields_.size()) return AddResult::Full;
    if (!has(field.id)) {
      present_ |= 1u << static_cast<unsigned>(field.id);
      first_[static_cast<unsigned>(field.id)] = static_cast<uint8_t>(count_);
    } else {
      repeated_ |= 1u << static_cast<unsigned>(field.id);
    }
    fields_[count_++] = field;
    return AddResult::Added;
  }
  void clear() noexcept {
    count_ = present_ = repeated_ = 0;
    has_underscore_ = has_empty_value_ = false;
  }

  // Some name contains "_"; some value is empty. Noted as they are added by who sees it anyway.
  bool has_underscore() const noexcept { return has_underscore_; }
  bool has_empty_value() const noexcept { return has_empty_value_; }
  void note_underscore() noexcept { has_underscore_ = true; }
  void note_empty_value() noexcept { has_empty_value_ = true; }

  // Such fields without an id of their own become Dropped: nobody finds them any more, but their
  // lines stay in place, for what lies between two fields is found by the next one's beginning.
  template <class Predicate>
  void drop_if(Predicate&& is_unwanted) noexcept {
    for (Field& field : std::span(fields_).first(count_)) {
      if (field.id == FieldId::Other && is_unwanted(field)) field.id = FieldId::Dropped;
    }
  }

 private:
  static_assert(kFieldIds <= 32 && base::kFieldsMax <= UINT8_MAX);
  uint32_t count_ = 0;
  uint32_t present_ = 0;   // One bit per FieldId, so that the usual absent field costs no search.
  uint32_t repeated_ = 0;  // Likewise: there is more than one.
  bool has_underscore_ = false;
  bool has_empty_value_ = false;
  std::array<uint8_t, kFieldIds> first_;  // Of those present.
  std::array<Field, base::kFieldsMax> fields_;
};

}  // namespace penstock::http
