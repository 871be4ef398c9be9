// SPDX-License-Identifier: Apache-2.0
#include "dataplane/balance/backend.h"

#include <gtest/gtest.h>

#include <array>
#include <memory>

#include "tests/unit/dataplane/balance/backend_list.h"

namespace penstock::balance {
namespace {

TEST(Backend, TakesWorkUnlessDrainingOrWithoutWeight) {
  Backend backend = make_backend(0);
  EXPECT_TRUE(backend.takes_work());
  backend.weight = 0;
  EXPECT_FALSE(backend.takes_work());
  backend.weight = 1;
  backend.state = Backend::State::Draining;
  EXPECT_FALSE(backend.takes_work());
}

TEST(Avoid, ContainsWhatWasTriedAndWhatIsCooling) {
  const std::array<uint32_t, 2> tried = {3, 5};
  const auto cooling = std::make_unique<BackendSet>();
  cooling->set(7);
  const Avoid avoid{tried, cooling.get()};
  EXPECT_TRUE(avoid.contains(3));
  EXPECT_TRUE(avoid.contains(5));
  EXPECT_TRUE(avoid.contains(7));
  EXPECT_FALSE(avoid.contains(4));
}

TEST(Avoid, ContainsNothingByDefault) { EXPECT_FALSE(Avoid{}.contains(0)); }

}  // namespace
}  // namespace penstock::balance
