// SPDX-License-Identifier: Apache-2.0
#include "dataplane/tcp/state.h"

#include <gtest/gtest.h>

#include <set>
#include <string_view>
#include <utility>

namespace penstock::tcp {
namespace {

constexpr int kStates = static_cast<int>(State::TimeWait) + 1;

TEST(State, HasANameForEachState) {
  std::set<std::string_view> names;
  for (int i = 0; i < kStates; ++i) names.insert(to_text(static_cast<State>(i)));
  EXPECT_EQ(names.size(), static_cast<size_t>(kStates));
  EXPECT_FALSE(names.contains("unknown"));
}

TEST(State, ListsNoEdgeTwice) {
  std::set<std::pair<State, State>> seen;
  for (const StateEdge& edge : kStateEdges) {
    EXPECT_TRUE(seen.insert({edge.from, edge.to}).second)
        << to_text(edge.from) << " to " << to_text(edge.to);
    EXPECT_FALSE(edge.section.empty());
  }
}

TEST(State, LeadsFromClosedToEveryStateAndBack) {
  std::set<State> reached = {State::Closed};
  for (int round = 0; round < kStates; ++round) {
    for (const StateEdge& edge : kStateEdges) {
      if (reached.contains(edge.from)) reached.insert(edge.to);
    }
  }
  EXPECT_EQ(reached.size(), static_cast<size_t>(kStates));
  for (int i = 1; i < kStates; ++i) {
    EXPECT_TRUE(is_legal_edge(static_cast<State>(i), State::Closed));
  }
}

TEST(State, NeverReopensWhatIsClosing) {
  EXPECT_FALSE(is_legal_edge(State::FinWait1, State::Established));
  EXPECT_FALSE(is_legal_edge(State::LastAck, State::CloseWait));
  EXPECT_FALSE(is_legal_edge(State::TimeWait, State::Established));
}

}  // namespace
}  // namespace penstock::tcp
