// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/unit/control/model/small_configuration.h"

namespace penstock::model {
namespace {

TEST(ValidateHttp, BoundsTheTrustedProxies) {
  Configuration c = small_configuration();
  c.forwarding.trusted_proxies.resize(base::kTrustedProxiesMax);
  EXPECT_EQ(problems_of(c), std::vector<std::string>{});
  c.forwarding.trusted_proxies.resize(base::kTrustedProxiesMax + 1);
  EXPECT_TRUE(blames(c, "forwarding.trusted_proxies"));
}

TEST(ValidateHttp, WantsAViaNameThatFitsItsField) {
  for (const std::string& name : {std::string(), std::string("a b"), std::string("a,b"),
                                  std::string("a\r\nb"), std::string(65, 'a')}) {
    Configuration c = small_configuration();
    c.forwarding.via_name = name;
    EXPECT_TRUE(blames(c, "forwarding.via_name")) << name;
  }
}

}  // namespace
}  // namespace penstock::model
