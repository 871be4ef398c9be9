// SPDX-License-Identifier: Apache-2.0
//
// The endpoints on which a stack accepts connections, each with its user's tag and with who may
// come. An exact address goes before the unspecified one, which stands for every address of the
// host.
// A table of at most kListenersMax entries, scanned for each SYN of a new connection.
// Called by the worker that owns the stack.
// RFC 9293 3.10.1 (passive OPEN).
#pragma once

#include <array>
#include <cstdint>

#include "dataplane/base/address.h"
#include "dataplane/base/limits.h"
#include "dataplane/base/result.h"
#include "dataplane/tcp/stack.h"

namespace penstock::tcp {

struct Listener {
  base::Endpoint local;
  uint32_t tag = 0;
  Admission admission = {};

  // Whether this source may open a connection; counts when it may not.
  bool admits(base::IpAddress source) const noexcept;
};

class ListenerTable {
 public:
  base::Result<base::Done, ListenError> add(const Listener& listener) noexcept;
  // False when it was not there.
  bool remove(base::Endpoint local) noexcept;
  bool set_admission(base::Endpoint local, const Admission& admission) noexcept;
  // The listener that a SYN to `local` is for; nullptr when there is none.
  const Listener* find(base::Endpoint local) const noexcept;

 private:
  Listener* find_exactly(base::Endpoint local) noexcept;

  std::array<Listener, base::kListenersMax> entries_;
  uint32_t count_ = 0;
};

}  // namespace penstock::tcp
