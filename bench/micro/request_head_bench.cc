// SPDX-License-Identifier: Apache-2.0
//
// Understanding the head of a request, by its size: a bare one, and one as browsers send it.
#include <benchmark/benchmark.h>

#include <string>

#include "dataplane/http/h1/request_parser.h"

namespace penstock::http::h1 {
namespace {

std::string make_head(int64_t bytes) {
  std::string head = "GET /api/orders/42?page=2 HTTP/1.1\r\nHost: shop.example\r\n";
  for (int i = 0; static_cast<int64_t>(head.size()) + 40 < bytes; ++i) {
    head += "X-Field-" + std::to_string(i) + ": some value of usual size\r\n";
  }
  return head + "\r\n";
}

void parse_request_head(benchmark::State& state) {
  const std::string text = make_head(state.range(0));
  const base::ByteSpan bytes = base::as_bytes(text);
  RequestHead head;
  for (auto _ : state) {
    head.fields.clear();
    benchmark::DoNotOptimize(RequestParser().parse(bytes, head));
  }
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * text.size()));
}
BENCHMARK(parse_request_head)->Arg(100)->Arg(700)->Arg(4'000);

}  // namespace
}  // namespace penstock::http::h1
