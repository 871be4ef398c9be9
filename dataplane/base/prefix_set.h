// SPDX-License-Identifier: Apache-2.0
//
// A set of networks, asked whether an address lies in one of them: the lists of allowed and denied
// sources. It is made of sorted ranges that do not touch, so that a question is a binary search
// however the networks overlap. Which of them took the address it does not know.
// Made by control, allocates then; asked by any number of workers at once, unchanged.
// Invariants: (1) IPv4 and IPv6 are apart: ::/0 holds no IPv4 address, in its v4-mapped form
// neither; (2) host bits of a network do not matter.
#pragma once

#include <compare>
#include <cstdint>
#include <span>
#include <vector>

#include "dataplane/base/address.h"

namespace penstock::base {

class PrefixSet {
 public:
  PrefixSet() = default;
  explicit PrefixSet(std::span<const IpPrefix> networks);

  bool contains(IpAddress address) const noexcept;
  bool empty() const noexcept { return networks_.empty(); }
  // As they were given, for texts and for comparing.
  std::span<const IpPrefix> networks() const noexcept { return networks_; }

  bool operator==(const PrefixSet& other) const noexcept { return networks_ == other.networks_; }

 private:
  struct RangeV4 {
    uint32_t first;
    uint32_t last;
  };
  struct RangeV6 {
    IpAddress first;
    IpAddress last;
  };

  std::vector<IpPrefix> networks_;
  std::vector<RangeV4> v4_;
  std::vector<RangeV6> v6_;
};

}  // namespace penstock::base
