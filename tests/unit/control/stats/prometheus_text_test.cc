// SPDX-License-Identifier: Apache-2.0
#include "control/stats/prometheus_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/sample_status.h"

namespace penstock::stats {
namespace {

using ::testing::HasSubstr;

TEST(PrometheusText, NamesCountersAndGauges) {
  const std::string text = prometheus_text(penstock::testing::sample_status());
  EXPECT_THAT(text, HasSubstr("# TYPE penstock_requests_total counter\n"
                              "penstock_requests_total 12\n"));
  EXPECT_THAT(text, HasSubstr("# TYPE penstock_exchanges_open gauge\n"
                              "penstock_exchanges_open 2\n"));
  EXPECT_THAT(text, HasSubstr("penstock_generation 4\n"));
}

TEST(PrometheusText, KeepsEveryLabelEvenAtZero) {
  const std::string text = prometheus_text(penstock::testing::sample_status());
  EXPECT_THAT(text, HasSubstr("penstock_replies_total{reason=\"no_rule\"} 3\n"
                              "penstock_replies_total{reason=\"no_backend\"} 0\n"));
}

TEST(PrometheusText, LabelsWorkersByNumber) {
  const std::string text = prometheus_text(penstock::testing::sample_status());
  EXPECT_THAT(text, HasSubstr("penstock_worker_requests_total{worker=\"0\"} 12\n"));
  EXPECT_THAT(text, HasSubstr("penstock_worker_wrong_core_arrivals_total{worker=\"0\"} 0\n"));
}

TEST(PrometheusText, LabelsBackendsByPoolAndName) {
  const std::string text = prometheus_text(penstock::testing::sample_status());
  EXPECT_THAT(text, HasSubstr("penstock_backend_requests_total{pool=\"api\",backend=\"b1\"} 12\n"));
  EXPECT_THAT(text,
              HasSubstr("penstock_backend_connections_open{pool=\"api\",backend=\"b1\"} 5\n"));
}

TEST(PrometheusText, LabelsRefusalsAndFailuresByReason) {
  const std::string text = prometheus_text(penstock::testing::sample_status());
  EXPECT_THAT(
      text, HasSubstr("penstock_listener_replies_total{listener=\"web\",reason=\"no_rule\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("penstock_backend_failures_total{pool=\"api\",backend=\"b1\","
                              "reason=\"connect_refused\"} 4\n"));
}

}  // namespace
}  // namespace penstock::stats
