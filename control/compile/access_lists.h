// SPDX-License-Identifier: Apache-2.0
//
// The access lists of a configuration's listeners, compiled once and shared by the snapshots of all
// workers; those of listeners that have not changed are taken over from before.
// Pure. Control thread.
#pragma once

#include <memory>
#include <vector>

#include "control/model/network_model.h"
#include "dataplane/base/access_list.h"

namespace penstock::compile {

// nullptr: everybody may come.
using SharedAccess = std::shared_ptr<const base::AccessList>;

struct ListenerAccess {
  model::Listener wanted;
  SharedAccess list;
};

// In the order of the listeners; `previous` is what was compiled before, or empty.
std::vector<ListenerAccess> compile_access(const std::vector<model::Listener>& listeners,
                                           const std::vector<ListenerAccess>& previous);

}  // namespace penstock::compile
