// SPDX-License-Identifier: Apache-2.0
#include "dataplane/tcp/time_wait.h"

namespace penstock::tcp {

TimeWaitTable::~TimeWaitTable() {
  while (TimeWaitRecord* record = oldest()) remove(*record);
}

base::Instant TimeWaitTable::next_deadline() const noexcept {
  const TimeWaitRecord* record = order_.front();
  return record == nullptr ? base::Instant::never() : record->expires;
}

TimeWaitRecord& TimeWaitTable::add(const FlowKey& flow, uint32_t hash,
                                   base::Instant expires) noexcept {
  TimeWaitRecord* record = slab_.acquire(flow, hash);
  CHECK(record != nullptr);
  record->expires = expires;
  order_.push_back(*record);
  return *record;
}

void TimeWaitTable::restart(TimeWaitRecord& record, base::Instant expires) noexcept {
  order_.remove(record);
  record.expires = expires;
  order_.push_back(record);
}

void TimeWaitTable::remove(TimeWaitRecord& record) noexcept {
  order_.remove(record);
  slab_.release(&record);
}

}  // namespace penstock::tcp
