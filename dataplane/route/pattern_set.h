// SPDX-License-Identifier: Apache-2.0
//
// A compiled set of patterns: one scan of a text says which of them match. The home of Hyperscan.
// It knows nothing of hosts and paths (expression.h writes their expressions).
// Compiled by control (allocates); scanned by workers without allocation, each with its own
// PatternScratch, which must have been grown for the set before.
// Invariants: (1) an id is the pattern's place in the span compiled; (2) each id is reported at
// most once a scan, in no order.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "dataplane/base/result.h"

namespace penstock::route {

enum class Letters : uint8_t { CaseSensitive, CaseInsensitive };

struct Pattern {
  std::string expression;
  Letters letters = Letters::CaseSensitive;
};

struct PatternProblem {
  std::optional<uint32_t> pattern;  // absent: the set as a whole
  std::string text;                 // in Hyperscan's own words
};

// Why patterns cannot be matched on this machine's CPU, for the preflight.
std::optional<std::string> pattern_engine_problem();

// Why one expression is refused, in Hyperscan's own words.
std::optional<std::string> expression_problem(const std::string& expression);

class PatternSet;

// Working memory of one worker.
class PatternScratch {
 public:
  // Makes room for scanning `set`. Allocates, and must not run during a scan with this scratch.
  void grow_for(const PatternSet& set);

 private:
  friend class PatternSet;
  struct Release {
    void operator()(void* scratch) const noexcept;
  };
  std::unique_ptr<void, Release> engine_;
  std::vector<uint32_t> matches_;
};

class PatternSet {
 public:
  PatternSet() = default;  // no patterns: nothing matches

  // All patterns that are refused, not only the first.
  static base::Result<PatternSet, std::vector<PatternProblem>> compile(
      std::span<const Pattern> patterns);

  // The ids of the patterns that match; valid until the next scan with this scratch.
  std::span<const uint32_t> scan(std::string_view text, PatternScratch& scratch) const noexcept;

  uint32_t size() const noexcept { return size_; }
  size_t database_bytes() const noexcept;

 private:
  friend class PatternScratch;
  struct Release {
    void operator()(void* database) const noexcept;
  };
  std::unique_ptr<void, Release> database_;
  uint32_t size_ = 0;
};

}  // namespace penstock::route
