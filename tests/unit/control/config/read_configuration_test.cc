// SPDX-License-Identifier: Apache-2.0
#include "control/config/read_configuration.h"

#include <gtest/gtest.h>

#include "tests/unit/control/config/read_text.h"

namespace penstock::config {
namespace {

TEST(ReadConfiguration, RefusesUnknownKeysEverywhere) {
  const ReadText read = read_text(R"(
    ports = ( { x = 1; } ); listeners = ( { x = 1; } ); routes = ( { x = 1; } );
    pools = ( { x = 1; backends = ( { x = 1; } ); } );
    rules = ( { x = 1; respond = { x = 1; }; headers = ( { x = 1; } ); query = ( { x = 1; } ); },
              { redirect = { x = 1; }; } );
    workers = { x = 1; }; memory = { x = 1; }; admin = { x = 1; }; log = { x = 1; };
    forwarding = { x = 1; }; timeouts = { x = 1; }; limits = { x = 1; }; x = 1;)");
  for (const char* path :
       {"x", "ports[0].x", "listeners[0].x", "routes[0].x", "pools[0].x", "pools[0].backends[0].x",
        "rules[0].x", "rules[0].respond.x", "rules[0].headers[0].x", "rules[0].query[0].x",
        "rules[1].redirect.x", "workers.x", "memory.x", "admin.x", "log.x", "forwarding.x",
        "timeouts.x", "limits.x"}) {
    EXPECT_TRUE(blames(read, path)) << path;
  }
}

TEST(ReadConfiguration, DoesNotMindTheOrderOfTheParts) {
  const ReadText before = read_with_network(
      "timeouts = { connect_ms = 7; }; pools = ( { name = \"a\"; backends = (); } );");
  const ReadText after = read_with_network(
      "pools = ( { name = \"a\"; backends = (); } ); timeouts = { connect_ms = 7; };");
  EXPECT_EQ(before.configuration, after.configuration);
}

}  // namespace
}  // namespace penstock::config
