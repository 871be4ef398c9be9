// SPDX-License-Identifier: Apache-2.0
#include "dataplane/base/prefix_set.h"

#include <algorithm>

namespace penstock::base {

namespace {

// Sorts the ranges and joins those that overlap. Networks contain each other or lie apart, so that
// one that begins within the last range ends there too.
template <class Range>
void join(std::vector<Range>& ranges) {
  std::sort(ranges.begin(), ranges.end(), [](const Range& a, const Range& b) {
    return a.first != b.first ? a.first < b.first : b.last < a.last;
  });
  const auto is_within = [](const Range& wider, const Range& range) {
    return range.last <= wider.last;
  };
  ranges.erase(std::unique(ranges.begin(), ranges.end(), is_within), ranges.end());
  ranges.shrink_to_fit();
}

template <class Range, class Address>
bool is_in(const std::vector<Range>& ranges, Address address) noexcept {
  const auto after = std::upper_bound(
      ranges.begin(), ranges.end(), address,
      [](Address value, const Range& range) noexcept { return value < range.first; });
  return after != ranges.begin() && address <= std::prev(after)->last;
}

}  // namespace

PrefixSet::PrefixSet(std::span<const IpPrefix> networks)
    : networks_(networks.begin(), networks.end()) {
  for (const IpPrefix& network : networks_) {
    if (network.address.is_v4()) {
      v4_.push_back({network.first().v4(), network.last().v4()});
    } else {
      v6_.push_back({network.first(), network.last()});
    }
  }
  join(v4_);
  join(v6_);
}

bool PrefixSet::contains(IpAddress address) const noexcept {
  return address.is_v4() ? is_in(v4_, address.v4()) : is_in(v6_, address);
}

}  // namespace penstock::base
