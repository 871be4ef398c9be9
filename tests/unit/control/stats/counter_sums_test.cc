// SPDX-License-Identifier: Apache-2.0
#include "control/stats/counter_sums.h"

#include <gtest/gtest.h>

#include <set>

namespace penstock::stats {
namespace {

class CounterSums : public ::testing::Test {
 protected:
  const worker::Counters* workers_[2] = {&first_, &second_};
  worker::Counters first_;
  worker::Counters second_;

  Family family(std::string_view name) {
    for (const Family& found : sum_families(workers_)) {
      if (found.name == name) return found;
    }
    ADD_FAILURE() << "no family " << name;
    return {};
  }
  uint64_t sample(std::string_view name, std::string_view label) {
    for (const Sample& found : family(name).samples) {
      if (found.label == label) return found.value;
    }
    ADD_FAILURE() << "no sample " << label;
    return 0;
  }
};

TEST_F(CounterSums, AddUpAllWorkers) {
  first_.proxy.requests.add(3);
  second_.proxy.requests.add(4);
  EXPECT_EQ(family("requests").samples[0].value, 7u);
}

TEST_F(CounterSums, CountResponsesByClass) {
  first_.proxy.responses_by_class[2].add(5);
  second_.proxy.responses_by_class[5].add();
  EXPECT_EQ(sample("responses", "2xx"), 5u);
  EXPECT_EQ(sample("responses", "5xx"), 1u);
}

TEST_F(CounterSums, CountRepliesByReason) {
  second_.proxy.replies_by_reason[static_cast<size_t>(http::ReplyReason::NoRule)].add(2);
  EXPECT_EQ(sample("replies", "no_rule"), 2u);
}

TEST_F(CounterSums, CountRequestsByDeviation) {
  first_.proxy.requests_by_deviation[static_cast<size_t>(http::Deviation::FieldEmpty)].add(2);
  second_.proxy.requests_by_deviation[static_cast<size_t>(http::Deviation::FieldEmpty)].add(3);
  EXPECT_EQ(sample("deviations", "field_empty"), 5u);
}

TEST_F(CounterSums, CountDropsOfTcpAndPorts) {
  wire::DropCounters tcp_drops;
  nic::PortQueueCounters port;
  first_.tcp_drops = &tcp_drops;
  first_.ports[0] = &port;
  tcp_drops.count(wire::DropReason::TcpNoListener, 2);
  port.drops.count(wire::DropReason::IpChecksumBad, 3);
  EXPECT_EQ(sample("drops", wire::to_text(wire::DropReason::TcpNoListener)), 2u);
  EXPECT_EQ(sample("drops", wire::to_text(wire::DropReason::IpChecksumBad)), 3u);
}

TEST_F(CounterSums, CountWhatWasRefusedByLimit) {
  first_.proxy.refused_by_limit[2].add(5);
  second_.proxy.refused_by_limit[2].add(2);
  const std::vector<NamedId> limits = {{"few", 2}};
  const Family found =
      refused_by_limit(workers_, limits, std::vector<uint64_t>(base::kRateLimitsMax));
  EXPECT_EQ(found.samples[0].label, "few");
  EXPECT_EQ(found.samples[0].value, 7u);
}

TEST_F(CounterSums, ReadTcpWhereThereIsAStack) {
  tcp::StackCounters tcp;
  second_.tcp = &tcp;
  tcp.opened_passive.add(9);
  EXPECT_EQ(family("tcp_opened_passive").samples[0].value, 9u);
}

TEST_F(CounterSums, NameEachFamilyAndSampleOnce) {
  std::set<std::string_view> names;
  for (const Family& found : sum_families(workers_)) {
    EXPECT_TRUE(names.insert(found.name).second) << found.name;
    std::set<std::string> labels;
    for (const Sample& one : found.samples) {
      EXPECT_TRUE(labels.insert(one.label).second) << found.name << " " << one.label;
    }
  }
}

TEST_F(CounterSums, AddUpABackend) {
  first_.backends[7].requests.add(1);
  second_.backends[7].requests.add(2);
  second_.backends[7].connections_idle.add(3);
  second_.backends[8].requests.add(100);
  const BackendSums sums = sum_of<BackendSums>(workers_, 7);
  EXPECT_EQ(sums.requests, 3u);
  EXPECT_EQ(sums.connections_idle, 3u);
}

template <class Sums>
void expect_every_member_once() {
  std::set<std::string_view> names;
  for (const SeriesOf<Sums>& series : series_of<Sums>()) names.insert(series.name);
  size_t members = sizeof(Sums) / sizeof(uint64_t);
  if constexpr (CountsByReason<Sums>) members -= http::kReplyReasonCount;
  EXPECT_EQ(names.size(), members);
}

TEST_F(CounterSums, ListEveryMemberOnce) {
  expect_every_member_once<BackendSums>();
  expect_every_member_once<PoolSums>();
  expect_every_member_once<ListenerSums>();
}

TEST_F(CounterSums, AddUpTheRepliesOfAListener) {
  const auto no_rule = static_cast<size_t>(http::ReplyReason::NoRule);
  first_.listeners[3].replies_by_reason[no_rule].add(1);
  second_.listeners[3].replies_by_reason[no_rule].add(2);
  second_.listeners[4].replies_by_reason[no_rule].add(100);
  const std::vector<Sample> replies = samples_of(sum_of<ListenerSums>(workers_, 3).by_reason);
  ASSERT_EQ(replies.size(), 1u);
  EXPECT_EQ(replies[0].label, "no_rule");
  EXPECT_EQ(replies[0].value, 3u);
}

TEST_F(CounterSums, AddUpTheFailuresOfABackend) {
  first_.backends[3].failures.count(http::ReplyReason::ConnectRefused);
  second_.backends[3].failures.count(http::ReplyReason::ConnectRefused);
  second_.backends[3].failures.count(http::ReplyReason::ResponseTimeout);
  second_.backends[4].failures.count(http::ReplyReason::BadResponse);
  const std::vector<Sample> failures = samples_of(sum_of<BackendSums>(workers_, 3).by_reason);
  ASSERT_EQ(failures.size(), 2u);
  EXPECT_EQ(failures[0].label, "connect_refused");
  EXPECT_EQ(failures[0].value, 2u);
  EXPECT_EQ(failures[1].label, "response_timeout");
  EXPECT_EQ(failures[1].value, 1u);
}

}  // namespace
}  // namespace penstock::stats
