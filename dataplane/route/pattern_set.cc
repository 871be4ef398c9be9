// SPDX-License-Identifier: Apache-2.0
#include "dataplane/route/pattern_set.h"

#include <hs/hs.h>

#include <cstdlib>
#include <utility>

#include "dataplane/base/check.h"

namespace penstock::route {

namespace {

// An expression that takes the empty text is odd, but the operator's business.
// One report of each is enough, and keeps the list of matches within the number of patterns.
constexpr unsigned kFlags = HS_FLAG_DOTALL | HS_FLAG_ALLOWEMPTY | HS_FLAG_SINGLEMATCH;

unsigned flags_of(const Pattern& pattern) noexcept {
  return pattern.letters == Letters::CaseInsensitive ? kFlags | HS_FLAG_CASELESS : kFlags;
}

std::string take_message(hs_compile_error_t* error) {
  std::string text = error->message;
  hs_free_compile_error(error);
  return text;
}

struct CompileOutcome {
  hs_database_t* database = nullptr;
  std::optional<PatternProblem> problem;  // `pattern` is an id
};

CompileOutcome compile_once(std::span<const Pattern> patterns, const std::vector<unsigned>& ids) {
  std::vector<const char*> expressions;
  std::vector<unsigned> flags;
  for (const unsigned id : ids) {
    expressions.push_back(patterns[id].expression.c_str());
    flags.push_back(flags_of(patterns[id]));
  }
  CompileOutcome outcome;
  hs_compile_error_t* error = nullptr;
  const hs_error_t status = hs_compile_multi(expressions.data(), flags.data(), ids.data(),
                                             static_cast<unsigned>(ids.size()), HS_MODE_BLOCK,
                                             nullptr, &outcome.database, &error);
  if (status == HS_SUCCESS) return outcome;
  outcome.problem.emplace();
  // A negative place blames no expression but the set.
  if (error->expression >= 0)
    outcome.problem->pattern = ids[static_cast<size_t>(error->expression)];
  outcome.problem->text = take_message(error);
  return outcome;
}

struct MatchList {
  uint32_t* ids;
  uint32_t count;
  uint32_t capacity;
};

int on_match(unsigned id, unsigned long long, unsigned long long, unsigned, void* context) {
  auto* list = static_cast<MatchList*>(context);
  DCHECK(list->count < list->capacity);
  if (list->count == list->capacity) return 1;
  list->ids[list->count++] = id;
  return 0;
}

}  // namespace

std::optional<std::string> pattern_engine_problem() {
  if (hs_valid_platform() == HS_SUCCESS) return std::nullopt;
  return "this CPU lacks the SSSE3 instructions that Hyperscan needs to match hosts and paths; "
         "run on an x86-64 CPU made since 2006 (in a virtual machine, pass the host's CPU through)";
}

std::optional<std::string> expression_problem(const std::string& expression) {
  hs_expr_info_t* info = nullptr;
  hs_compile_error_t* error = nullptr;
  if (hs_expression_info(expression.c_str(), kFlags, &info, &error) != HS_SUCCESS) {
    return take_message(error);
  }
  std::free(info);  // NOLINT: Hyperscan hands out memory of malloc here.
  return std::nullopt;
}

base::Result<PatternSet, std::vector<PatternProblem>> PatternSet::compile(
    std::span<const Pattern> patterns) {
  PatternSet set;
  set.size_ = static_cast<uint32_t>(patterns.size());
  std::vector<unsigned> ids;
  for (unsigned id = 0; id < patterns.size(); ++id) ids.push_back(id);
  std::vector<PatternProblem> problems;
  // Hyperscan names one bad expression a time; without it, it names the next.
  while (!ids.empty()) {
    CompileOutcome outcome = compile_once(patterns, ids);
    if (!outcome.problem) {
      set.database_.reset(outcome.database);
      break;
    }
    const std::optional<uint32_t> blamed = outcome.problem->pattern;
    problems.push_back(*std::move(outcome.problem));
    if (!blamed) break;
    std::erase(ids, *blamed);
  }
  if (!problems.empty()) return base::Failure{std::move(problems)};
  return set;
}

std::span<const uint32_t> PatternSet::scan(std::string_view text,
                                           PatternScratch& scratch) const noexcept {
  if (size_ == 0) return {};
  CHECK(scratch.engine_ != nullptr && scratch.matches_.size() >= size_);
  MatchList list{scratch.matches_.data(), 0, size_};
  // Hyperscan refuses a null pointer even for no bytes.
  const char* bytes = text.empty() ? "" : text.data();
  const hs_error_t status = hs_scan(
      static_cast<const hs_database_t*>(database_.get()), bytes, static_cast<unsigned>(text.size()),
      0, static_cast<hs_scratch_t*>(scratch.engine_.get()), on_match, &list);
  CHECK(status == HS_SUCCESS);
  return {list.ids, list.count};
}

size_t PatternSet::database_bytes() const noexcept {
  size_t bytes = 0;
  if (database_ == nullptr) return 0;
  CHECK(hs_database_size(static_cast<const hs_database_t*>(database_.get()), &bytes) == HS_SUCCESS);
  return bytes;
}

void PatternSet::Release::operator()(void* database) const noexcept {
  hs_free_database(static_cast<hs_database_t*>(database));
}

void PatternScratch::grow_for(const PatternSet& set) {
  if (set.size_ == 0) return;
  if (matches_.size() < set.size_) matches_.resize(set.size_);
  auto* engine = static_cast<hs_scratch_t*>(engine_.release());
  const hs_error_t status =
      hs_alloc_scratch(static_cast<const hs_database_t*>(set.database_.get()), &engine);
  engine_.reset(engine);
  CHECK(status == HS_SUCCESS);
}

void PatternScratch::Release::operator()(void* scratch) const noexcept {
  hs_free_scratch(static_cast<hs_scratch_t*>(scratch));
}

}  // namespace penstock::route
