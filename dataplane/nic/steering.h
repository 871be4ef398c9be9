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
  // The NIC, by rules about the low bits of our port (flow_rules.h). They are for replies of
  // backends; a client's flow stays at the worker to which the NIC brings it, for reasons of its
  // own.
  Rules,
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
  // The owner of a flow that no rule is about.
  static constexpr uint16_t kNobody = UINT16_MAX;
  // Rules are about our ports from here on: listeners are below.
  static constexpr uint16_t kRulePortLowest = 0x8000;

  Steering(SteeredFamilies by, std::span<const uint8_t> key, std::vector<uint16_t> table)
      : by_(by), toeplitz_(key), table_(std::move(table)) {}
  // In software, over so many workers.
  static Steering among_workers(std::span<const uint8_t> key, uint32_t workers);
  // By rules that have been given to the NIC, a power of two of them: port bits choose the entry.
  static Steering by_rules(std::span<const uint8_t> key, std::vector<uint16_t> table) {
    return Steering({SteeredBy::Rules, SteeredBy::Rules}, key, std::move(table));
  }

  SteeredFamilies families() const noexcept { return by_; }
  SteeredBy by(base::IpAddress local) const noexcept { return local.is_v4() ? by_.v4 : by_.v6; }
  // The owner of a segment from `remote` to `local`; kNobody only under rules.
  uint16_t worker_of(const base::Endpoint& remote, const base::Endpoint& local) const noexcept {
    if (by_.v4 == SteeredBy::Rules) return worker_by_rules(local.port);
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
      if (steering_.by_.v4 == SteeredBy::Rules) return steering_.worker_by_rules(local_port);
      return steering_.table_.queue_of(partial_ ^
                                       steering_.toeplitz_.port_hash(local_, local_port));
    }

   private:
    const Steering& steering_;
    base::IpAddress local_;
    uint32_t partial_;
  };

 private:
  uint16_t worker_by_rules(uint16_t local_port) const noexcept {
    return local_port < kRulePortLowest ? kNobody : table_.queue_of(local_port);
  }

  SteeredFamilies by_;
  Toeplitz toeplitz_;
  RedirectionTable table_;
};

}  // namespace penstock::nic
