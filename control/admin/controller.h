// SPDX-License-Identifier: Apache-2.0
//
// Controller: the one object through which the running configuration changes and is read. Each
// change goes the same way: edit the model (pure), validate, compile, publish, wait until every
// worker uses it; a failure on the way changes nothing. Membership edits last until the next
// reload: then the file wins, and the answer says how many edits it replaced. It does not speak
// HTTP (admin_server.h) and starts no worker (daemon). Any control thread; one mutex orders all
// calls. Workers never wait for it. Invariants: (1) the blueprint is what was published last; (2) a
// backend removed from it gets no new exchange from any worker once the call returned
// Live::Everywhere.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "control/admin/refusal.h"
#include "control/compile/blueprint.h"
#include "control/compile/configuration_check.h"
#include "control/compile/request_explanation.h"
#include "control/model/membership.h"
#include "control/publish/publisher.h"
#include "control/stats/baselines.h"
#include "control/stats/server_status.h"
#include "dataplane/base/result.h"
#include "dataplane/base/time.h"

namespace penstock::admin {

struct Change {
  uint64_t generation = 0;
  publish::Live live = publish::Live::NotYet;
  base::Duration took;                    // from the call until all workers used it
  uint32_t runtime_changes_replaced = 0;  // by a reload
  model::Problems warnings;               // of a reload
};

using Outcome = base::Result<Change, Refusal>;

// What to change of a backend; what is absent stays.
struct BackendChange {
  std::optional<uint32_t> weight;
  std::optional<model::BackendState> state;
};

class Controller {
 public:
  // `checked` is the file's content and has no problems. Publishes nothing yet.
  Controller(std::string file, compile::Checked checked, publish::Publisher& publisher);

  // The first snapshot, before the workers start.
  void publish_first();

  // Reads the file again.
  Outcome reload();

  // A backend without a name is called by its address.
  Outcome add_backend(const std::string& pool, model::Backend backend);
  Outcome change_backend(const model::BackendReference& reference, const BackendChange& change);
  // Open exchanges finish: they hold the snapshot that still has it.
  Outcome remove_backend(const model::BackendReference& reference);

  stats::ServerStatus status() const;
  compile::RequestExplanation explain(const compile::RequestDescription& request) const;
  // A copy of what runs now.
  model::Configuration configuration() const;

  // Frees snapshots and backend ids that are not needed any more. Call it every few milliseconds
  // to seconds; nothing but memory depends on it.
  void tick();

 private:
  // All of these with the mutex held.
  Outcome edit(model::Edited edited);
  Outcome replace(const model::Configuration& wanted, const model::SourceMap& sources);
  std::optional<Refusal> missing_pool(const std::string& pool) const;
  std::optional<Refusal> missing_backend(const model::BackendReference& reference) const;
  static model::Edited set_state(const model::Configuration& configuration,
                                 const model::BackendReference& reference,
                                 model::BackendState state);
  void publish_blueprint();

  std::vector<const worker::Counters*> counters() const;

  mutable std::mutex mutex_;
  const std::string file_;
  const base::Instant started_;
  publish::Publisher& publisher_;
  compile::Blueprint blueprint_;
  struct {
    stats::Baselines<stats::BackendSums> backends;
    stats::Baselines<stats::PoolSums> pools;
    stats::Baselines<stats::ListenerSums> listeners;
  } baselines_;
  std::vector<uint64_t> refused_left_;  // by rate limit: what former owners of the id have counted
  uint32_t runtime_changes_ = 0;
};

}  // namespace penstock::admin
