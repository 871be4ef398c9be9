// SPDX-License-Identifier: Apache-2.0
#include "dataplane/http/headers.h"

namespace penstock::http {

const Field* FieldTable::find(std::string_view name, base::ByteSpan head) const noexcept {
  const FieldId id = field_id(name);
  if (id != FieldId::Other) return find(id);
  for (const Field& field : fields()) {
    if (field.id == FieldId::Other && equals_ignore_case(view(field.name, head), name)) {
      return &field;
    }
  }
  return nullptr;
}

uint32_t FieldTable::count(FieldId id) const noexcept {
  if (!has(id)) return 0;
  if ((repeated_ >> static_cast<unsigned>(id) & 1) == 0) return 1;
  uint32_t found = 0;
  for (const Field& field : fields()) found += field.id == id ? 1 : 0;
  return found;
}

}  // namespace penstock::http
