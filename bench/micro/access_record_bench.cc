// SPDX-License-Identifier: Apache-2.0
//
// Telling control of a finished exchange: filling the record and posting it to the mailbox, without
// taking it out again, which is another thread's time.
// Reference: spdlog's asynchronous logger, told the same: the caller formats the message, and
// another thread takes it to a sink that forgets it. Ours is formatted by control.
#include <benchmark/benchmark.h>
#include <spdlog/async.h>
#include <spdlog/sinks/null_sink.h>
#include <spdlog/spdlog.h>

#include <memory>
#include <string>

#include "dataplane/base/check.h"
#include "dataplane/base/limits.h"
#include "dataplane/proxy/access_record.h"
#include "dataplane/worker/mailbox.h"

namespace penstock::proxy {
namespace {

constexpr int64_t kPostsBetweenVisits = 4096;
static_assert(kPostsBetweenVisits < base::kAccessRecordsMax);

struct FinishedExchange {
  base::Endpoint client = *base::Endpoint::parse("10.80.1.2:40000");
  base::Endpoint backend = *base::Endpoint::parse("10.80.2.11:80");
  std::string method = "GET";
  std::string host = "shop.example";
  std::string target = "/api/orders/42?page=2";
  std::string rule = "shop";
  std::string pool = "all";
};

// In the order in which an exchange learns what it records.
void fill(AccessRecord& record, const FinishedExchange& exchange, int64_t now_ns) {
  record.begun_ns = now_ns;
  record.client = exchange.client;
  record.method.assign(exchange.method);
  record.host.assign(exchange.host);
  record.target.assign(exchange.target);
  record.rule.assign(exchange.rule);
  record.pool.assign(exchange.pool);
  record.backend = exchange.backend;
  record.tries = 1;
  record.status = 200;
  record.duration_ns = 1'234'567;
  record.request_body_bytes = 10;
  record.response_body_bytes = 2048;
}

void post_access_record(benchmark::State& state) {
  worker::Mailbox<AccessRecord> mailbox(base::kAccessRecordsMax);
  const FinishedExchange exchange;
  int64_t posted = 0;
  for (auto _ : state) {
    AccessRecord record;
    fill(record, exchange, posted);
    CHECK(mailbox.post(record));
    if (++posted % kPostsBetweenVisits != 0) continue;
    state.PauseTiming();
    int64_t taken = 0;
    while (const auto read = mailbox.take()) {
      CHECK(read->begun_ns == posted - kPostsBetweenVisits + taken &&
            read->host.view() == exchange.host);
      ++taken;
    }
    CHECK(taken == kPostsBetweenVisits);
    state.ResumeTiming();
  }
  state.counters["record_bytes"] = sizeof(AccessRecord);
}
BENCHMARK(post_access_record);

void post_access_record_by_spdlog(benchmark::State& state) {
  spdlog::init_thread_pool(base::kAccessRecordsMax, 1);
  const auto logger = std::make_shared<spdlog::async_logger>(
      "access", std::make_shared<spdlog::sinks::null_sink_mt>(), spdlog::thread_pool(),
      spdlog::async_overflow_policy::overrun_oldest);
  const FinishedExchange exchange;
  int64_t posted = 0;
  for (auto _ : state) {
    logger->info("{} {} {} {} {} {} {} {} {} {} {} {} {}", posted++, exchange.client.address.v4(),
                 exchange.client.port, exchange.method, exchange.host, exchange.target,
                 exchange.rule, exchange.pool, exchange.backend.address.v4(), 200, 1'234'567, 10,
                 2048);
  }
  CHECK(posted > 0 && logger->should_log(spdlog::level::info));
  spdlog::shutdown();
}
BENCHMARK(post_access_record_by_spdlog);

}  // namespace
}  // namespace penstock::proxy
