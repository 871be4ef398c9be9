// SPDX-License-Identifier: Apache-2.0
//
// The endpoints on which a stack accepts connections, each with its user's tag. An exact address
// goes before the unspecified one, which stands for every address of the host.
// A table of at most kListenersMax entries, scanned for each SYN of a new connection.
// Called by the worker that owns the stack.
// RFC 9293 3.10.1 (passive OPEN).
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "dataplane/base/address.h"
#include "dataplane/base/limits.h"
#include "dataplane/base/result.h"
#include "dataplane/tcp/stack.h"

namespace penstock::tcp {

class ListenerTable {
 public:
  base::Result<base::Done, ListenError> add(base::Endpoint local, uint32_t tag) noexcept;
  // False when it was not there.
  bool remove(base::Endpoint local) noexcept;
  // The tag of the listener that a SYN to `local` is for.
  std::optional<uint32_t> find(base::Endpoint local) const noexcept;

 private:
  struct Entry {
    base::Endpoint local;
    uint32_t tag = 0;
  };
  std::array<Entry, base::kListenersMax> entries_;
  uint32_t count_ = 0;
};

}  // namespace penstock::tcp
