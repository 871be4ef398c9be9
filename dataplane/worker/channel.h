// SPDX-License-Identifier: Apache-2.0
//
// Channel: all that control and one worker share: the snapshot pointer, two mailboxes, the counters
// and the worker's phase. Nothing else crosses the two threads (DESIGN.md, decision 2).
// Each field names its writer.
#pragma once

#include <atomic>
#include <cstdint>

#include "dataplane/base/wall_offset.h"
#include "dataplane/proxy/access_record.h"
#include "dataplane/proxy/snapshot.h"
#include "dataplane/worker/counters.h"
#include "dataplane/worker/mailbox.h"

namespace penstock::worker {

enum class Phase : uint8_t { Starting, Serving, Draining, Ended };

struct Channel {
  // Written by control (release); the worker loads it once a turn (acquire).
  std::atomic<proxy::Snapshot*> snapshot{nullptr};
  // Written by the worker: the generation it uses, so that control can say "it is live".
  std::atomic<uint64_t> generation_in_use{0};
  std::atomic<Phase> phase{Phase::Starting};

  base::WallOffset wall_offset;  // control

  Mailbox<Command> commands;                                             // control -> worker
  Mailbox<proxy::AccessRecord> access_records{base::kAccessRecordsMax};  // worker -> control
  Counters counters;                                                     // the worker
};

}  // namespace penstock::worker
