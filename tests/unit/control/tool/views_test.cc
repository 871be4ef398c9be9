// SPDX-License-Identifier: Apache-2.0
#include "control/tool/views.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "control/stats/status_json.h"
#include "tests/support/sample_status.h"

namespace penstock::tool {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(Views, ShowAStatus) {
  EXPECT_EQ(status_view(stats::status_json(penstock::testing::sample_status())),
            "penstockd   1.2.3, up 1 min 1 s\n"
            "file        a.cfg, generation 4, 1 runtime change\n"
            "requests    12, 2 open\n"
            "clients     - accepted, - open\n"
            "responses   none\n"
            "replies     no_rule 3\n"
            "deviations  none\n"
            "drops       none\n"
            "limited     none\n"
            "WORKER CORE  PHASE    GENERATION  TURNS  BUSY  SLEEPS  REQUESTS  HANDED OVER  "
            "TAKEN OVER  WRONG CORE\n"
            "          2  serving           4     10     6       3        12           21  "
            "        22           0\n"
            "\n"
            "LISTENER  ADDRESS      REQUESTS  ACCEPTED  DENIED  REFUSED  OPEN  IDLE  "
            "REUSED %  RETRIES  ABORTS  RESETS  REPLIES OF ITS OWN\n"
            "web       10.0.0.1:80        12         0       0        0     7     0  "
            "      50        2       0       0  no_rule 3\n"
            "\n"
            "api (round_robin): 12 requests, 0 now, 0 waiting, 0 retries (0 withheld), 1 refused\n"
            "BACKEND  ADDRESS      WEIGHT  STATE     REQUESTS  NOW  OPEN  IDLE  REUSED %  RETRIES  "
            "RESETS  FAILED ATTEMPTS\n"
            "b1       10.0.0.2:81       7  draining        12    0     5     0        75        0  "
            "     0  connect_refused 4\n");
}

TEST(Views, ShowBackends) {
  EXPECT_EQ(backends_view(stats::backends_json(penstock::testing::sample_status())),
            "api (round_robin): 12 requests, 0 now, 0 waiting, 0 retries (0 withheld), 1 refused\n"
            "BACKEND  ADDRESS      WEIGHT  STATE     REQUESTS  NOW  OPEN  IDLE  REUSED %  RETRIES  "
            "RESETS  FAILED ATTEMPTS\n"
            "b1       10.0.0.2:81       7  draining        12    0     5     0        75        0  "
            "     0  connect_refused 4\n");
}

TEST(Views, ShowAnEmptyPool) {
  const auto json = nlohmann::json::parse(
      R"({"pools": [{"name": "p", "policy": "maglev by source", "backends": []}]})");
  EXPECT_EQ(backends_view(json), "p (maglev by source): no backends, requests are answered 503\n");
}

TEST(Views, ShowWhereARequestGoesAndWhy) {
  const auto json = nlohmann::json::parse(R"({
    "request": "GET http://h/ from 10.0.0.1", "listener": "web", "outcome": "forward to pool p",
    "path": "/x", "deviations": ["field_empty"],
    "considered": [{"rule": "a", "verdict": "the path is not /x"},
                   {"rule": "b", "verdict": "all conditions hold: it wins"}],
    "rule": "b",
    "pool": {"name": "p", "policy": "maglev", "backend": "s1", "why": "the hash selects it",
             "key": {"source": "path", "value": "/", "hash": 77},
             "backends": [{"name": "s1", "address": "10.0.0.2:80", "weight": 1,
                           "state": "active"}]}})");
  EXPECT_EQ(explanation_view(json),
            "request     GET http://h/ from 10.0.0.1\n"
            "listener    web\n"
            "path        /x, as rules see it\n"
            "deviation   field_empty\n"
            "considered, in order of precedence:\n"
            "  RULE  VERDICT\n"
            "  a     the path is not /x\n"
            "  b     all conditions hold: it wins\n"
            "rule        b\n"
            "outcome     forward to pool p\n"
            "pool        p (maglev)\n"
            "key         path = \"/\", hash 77\n"
            "backend     s1: the hash selects it\n"
            "  BACKEND  ADDRESS      WEIGHT  STATE\n"
            "  s1       10.0.0.2:80       1  active\n");
}

TEST(Views, ShowThatNoRuleTakesARequest) {
  const auto json = nlohmann::json::parse(R"({"request": "GET http://h/ from 10.0.0.1",
    "listener": "web", "outcome": "404 no_rule", "considered": [], "rule": null, "pool": null})");
  EXPECT_THAT(explanation_view(json), HasSubstr("rule        none takes this request\n"));
}

TEST(Views, ShowAChange) {
  const auto json = nlohmann::json::parse(R"({"generation": 3, "live": true, "took_ms": 0.25,
    "runtime_changes_replaced": 2, "warnings": ["a.cfg:3: rules[0]: shadowed"]})");
  EXPECT_EQ(change_view(json),
            "warning: a.cfg:3: rules[0]: shadowed\n"
            "generation 3 is live on all workers after 0.25 ms\n"
            "2 runtime changes were replaced by what the file says\n");
}

TEST(Views, ShowThatAWorkerIsBehind) {
  const auto json = nlohmann::json::parse(R"({"generation": 3, "live": false})");
  EXPECT_THAT(change_view(json), HasSubstr("a worker has not taken it yet"));
  EXPECT_THAT(change_view(json), Not(HasSubstr("replaced")));
}

}  // namespace
}  // namespace penstock::tool
