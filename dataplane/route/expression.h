// SPDX-License-Identifier: Apache-2.0
//
// Writes the Hyperscan expressions of host and path conditions.
// It compiles nothing (pattern_set.h). Exact texts need none: they are looked up by hash.
// Called by control at compile time; allocates.
// Invariant: what stands for a literal is escaped, whatever it contains.
#pragma once

#include <string>
#include <string_view>

#include "dataplane/route/rule.h"

namespace penstock::route {

// For a folded suffix ("example.com"), to be matched against FoldedHost::reversed(): anchored at
// the start, a suffix costs the same among ten thousand; as "\.example\.com\z" each one is tried.
std::string reversed_wildcard_expression(std::string_view suffix);

// Only for Prefix and Regex.
std::string path_expression(const PathMatch& path);

// "/a/" -> "/a"; "/" -> "": the prefix as path elements.
std::string_view without_trailing_slash(std::string_view prefix) noexcept;

}  // namespace penstock::route
