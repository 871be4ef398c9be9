// SPDX-License-Identifier: Apache-2.0
//
// Writes the Hyperscan expressions of wildcard hosts and of regular expressions.
// It compiles nothing (pattern_set.h). Other hosts and paths need none: they are looked up by hash.
// Called by control at compile time; allocates.
// Invariant: what stands for a literal is escaped, whatever it contains.
#pragma once

#include <string>
#include <string_view>

namespace penstock::route {

// For a folded suffix ("example.com"), to be matched against a ReversedHost: anchored at
// the start, a suffix costs the same among ten thousand; as "\.example\.com\z" each one is tried.
std::string reversed_wildcard_expression(std::string_view suffix);

// The operator's expression, anchored as a whole.
std::string path_expression(std::string_view regex);

// "/a/" -> "/a"; "/" -> "": the prefix as path elements.
std::string_view without_trailing_slash(std::string_view prefix) noexcept;

}  // namespace penstock::route
