// SPDX-License-Identifier: Apache-2.0
//
// Steering: which worker a flow of one port belongs to, and who sees to it that its frames get
// there. Either way it is a hash under a key and a table of workers; queue i is worker i's.
// A connection to a backend is opened from a port whose replies come to the worker that opens it
// (tcp/local_choice.h); a client's connection belongs to whom its SYN comes.
// Pure after construction; any thread.
// Invariant: both directions of thinking agree: worker_of(remote, local) and Replies.
#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "dataplane/base/address.h"
#include "dataplane/nic/rss.h"

namespace penstock::nic {

enum class SteeredBy : uint8_t {
  // The NIC, by the key and table that were read back from it.
  Nic,
  // Nobody we can compute: the port spreads frames in a way of its own, and the workers hand each
  // to its owner, by a key and a table of ours.
  Workers,
};

// Who steers TCP over each family: a NIC may know only one.
struct SteeredFamilies {
  SteeredBy v4 = SteeredBy::Workers;
  SteeredBy v6 = SteeredBy::Workers;
};

class Steering {
 public:
  Steering(SteeredFamilies by, std::span<const uint8_t> key, std::vector<uint16_t> table)
      : by_(by), toeplitz_(key), table_(std::move(table)) {}
  // In software, over so many workers.
  static Steering among_workers(std::span<const uint8_t> key, uint32_t workers);

  SteeredFamilies families() const noexcept { return by_; }
  SteeredBy by(base::IpAddress local) const noexcept { return local.is_v4() ? by_.v4 : by_.v6; }
  // The owner of a segment from `remote` to `local`.
  uint16_t worker_of(const base::Endpoint& remote, const base::Endpoint& local) const noexcept {
    return table_.queue_of(toeplitz_.hash(remote, local));
  }

  // Of segments from one remote endpoint to one address of ours: to whom they come, by our port.
  class Replies {
   public:
    Replies(const Steering& steering, const base::Endpoint& remote, base::IpAddress local) noexcept
        : steering_(steering),
          local_(local),
          partial_(steering.toeplitz_.partial_hash(remote, local)) {}
    uint16_t worker_of(uint16_t local_port) const noexcept {
      return steering_.table_.queue_of(partial_ ^
                                       steering_.toeplitz_.port_hash(local_, local_port));
    }

   private:
    const Steering& steering_;
    base::IpAddress local_;
    uint32_t partial_;
  };

 private:
  SteeredFamilies by_;
  Toeplitz toeplitz_;
  RedirectionTable table_;
};

}  // namespace penstock::nic
