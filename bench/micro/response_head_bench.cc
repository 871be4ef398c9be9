// SPDX-License-Identifier: Apache-2.0
//
// Understanding the head of a response, by its size.
// Reference: http_parser (libhttp-parser-dev), told to leave the same positions behind.
#include <benchmark/benchmark.h>

#include <string>

#include "bench/micro/positions_by_http_parser.h"
#include "bench/micro/sample_heads.h"
#include "dataplane/base/check.h"
#include "dataplane/http/h1/response_parser.h"

namespace penstock::http::h1 {
namespace {

void parse_response_head(benchmark::State& state) {
  const std::string text = sample_response_head(state.range(0));
  const base::ByteSpan bytes = base::as_bytes(text);
  ResponseHead head;
  for (auto _ : state) {
    CHECK(ResponseParser().parse(bytes, head) == ParseStep::complete());
    benchmark::ClobberMemory();
  }
  CHECK(head.head_bytes == text.size());
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * text.size()));
  state.counters["fields"] = head.fields.count();
}
BENCHMARK(parse_response_head)->Arg(100)->Arg(700)->Arg(4'000);

void parse_response_head_by_http_parser(benchmark::State& state) {
  const std::string text = sample_response_head(state.range(0));
  PositionsByHttpParser parser;
  for (auto _ : state) {
    CHECK(parser.parse(HTTP_RESPONSE, text));
    benchmark::ClobberMemory();
  }
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * text.size()));
  state.counters["fields"] = parser.count();
}
BENCHMARK(parse_response_head_by_http_parser)->Arg(100)->Arg(700)->Arg(4'000);

}  // namespace
}  // namespace penstock::http::h1
