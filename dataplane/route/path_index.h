// SPDX-License-Identifier: Apache-2.0
//
// All paths that rules name literally, exact ones and prefixes, and the key of the narrowest one
// that takes a given path. Each text knows the next wider one that takes all that it takes, so from
// the narrowest key on they are all known; the last is kAnyKey.
//
//     exact /a/b  ─►  prefix /a/b  ─►  prefix /a  ─►  prefix /  ─►  any
//
// It knows nothing of regular expressions (pattern_set.h), nor of hosts and ranks.
// Built by control (allocates); looked up by workers.
// Invariants: (1) keys are 1 to size(); (2) a wider text has a smaller key; (3) a look-up asks for
// a prefix only at depths where the operator's prefixes end, and hashes no more of the path than
// the longest text, however long and deep the path is.
#pragma once

#include <bitset>
#include <cstdint>
#include <string_view>
#include <vector>

#include "dataplane/base/limits.h"
#include "dataplane/route/text_index.h"

namespace penstock::route {

class PathIndex {
 public:
  PathIndex() = default;  // names no path

  // Prefixes without the slash that may end them: "" takes every path that begins with a slash.
  PathIndex(const TextSet& prefixes, const TextSet& exact);

  // The exact path, or else the longest prefix by whole elements, or else kAnyKey.
  uint32_t narrowest(std::string_view path) const noexcept;
  // Of kAnyKey there is none.
  uint32_t wider(uint32_t key) const noexcept { return wider_[key]; }

  uint32_t size() const noexcept { return static_cast<uint32_t>(wider_.size() - 1); }
  // The key of a text itself; kAnyKey if it is not among those given.
  uint32_t prefix_key(std::string_view prefix) const noexcept { return prefixes_.find(prefix); }
  uint32_t exact_key(std::string_view path) const noexcept { return exact_.find(path); }

 private:
  // An element has one byte at least, its slash.
  static constexpr uint32_t kDepthMax = base::kRuleTextBytesMax;

  TextIndex prefixes_;
  TextIndex exact_;
  uint32_t root_key_ = kAnyKey;           // of the prefix ""
  uint32_t depth_max_ = 0;                // of the prefixes: "/a/b" has two
  uint32_t exact_bytes_max_ = 0;          // of the exact paths
  std::bitset<kDepthMax + 1> depths_;     // at which a prefix ends
  std::vector<uint32_t> wider_{kAnyKey};  // by key
};

}  // namespace penstock::route
