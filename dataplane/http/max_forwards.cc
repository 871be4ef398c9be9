// SPDX-License-Identifier: Apache-2.0
#include "dataplane/http/max_forwards.h"

#include <algorithm>
#include <limits>
#include <string_view>

#include "dataplane/http/char_class.h"

namespace penstock::http {

MaxForwards max_forwards(const RequestHead& head, base::ByteSpan bytes) noexcept {
  using Kind = MaxForwards::Kind;
  const bool counts = head.method == Method::Options || head.method == Method::Trace;
  if (!counts || !head.fields.has(FieldId::MaxForwards)) return {};
  const std::string_view digits = view(head.fields.find(FieldId::MaxForwards)->value, bytes);
  const bool is_number = !digits.empty() && std::all_of(digits.begin(), digits.end(), is_digit);
  if (!is_number || head.fields.count(FieldId::MaxForwards) > 1) return {Kind::Invalid, 0};
  uint64_t hops = 0;
  for (const char digit : digits) {
    hops = std::min<uint64_t>(hops * 10 + static_cast<uint64_t>(digit - '0'),
                              std::numeric_limits<uint32_t>::max());
  }
  if (hops == 0) return {Kind::Reached, 0};
  return {Kind::Limited, static_cast<uint32_t>(hops - 1)};
}

}  // namespace penstock::http
