// SPDX-License-Identifier: Apache-2.0
#include "dataplane/route/path_index.h"

#include <algorithm>

#include "dataplane/base/check.h"
#include "dataplane/route/element_walk.h"

namespace penstock::route {

namespace {

uint32_t depth_of(std::string_view prefix) {
  ElementWalk walk(prefix);
  uint32_t depth = 0;
  for (; !walk.at_end(); ++depth) walk.next();
  return depth;
}

}  // namespace

PathIndex::PathIndex(const TextSet& prefixes, const TextSet& exact) : prefixes_(prefixes, 1) {
  root_key_ = prefixes_.find("");
  for (const std::string& prefix : prefixes) {
    CHECK(prefix.size() <= kDepthMax && (prefix.empty() || prefix.front() == '/'));
    const uint32_t depth = depth_of(prefix);
    depths_.set(depth);
    depth_max_ = std::max(depth_max_, depth);
  }
  // While there are no exact paths, the narrowest is the longest prefix.
  for (const std::string& prefix : prefixes) {
    wider_.push_back(prefix.empty() ? kAnyKey
                                    : narrowest(prefix.substr(0, prefix.find_last_of('/'))));
  }
  for (const std::string& path : exact) wider_.push_back(narrowest(path));
  exact_ = TextIndex(exact, static_cast<uint32_t>(prefixes.size()) + 1);
  for (const std::string& path : exact) {
    CHECK(path.size() <= kDepthMax);
    exact_bytes_max_ = std::max(exact_bytes_max_, static_cast<uint32_t>(path.size()));
  }
}

uint32_t PathIndex::narrowest(std::string_view path) const noexcept {
  const bool may_be_exact = path.size() <= exact_bytes_max_;
  uint32_t key = path.empty() || path.front() == '/' ? root_key_ : kAnyKey;
  ElementWalk walk(path);
  for (uint32_t depth = 1; !walk.at_end() && (may_be_exact || depth <= depth_max_); ++depth) {
    walk.next();
    if (!depths_[depth]) continue;
    const uint32_t found = prefixes_.find(walk.passed(), walk.hash());
    if (found != kAnyKey) key = found;
  }
  if (!may_be_exact) return key;
  const uint32_t found = exact_.find(path, walk.hash());
  return found == kAnyKey ? key : found;
}

}  // namespace penstock::route
