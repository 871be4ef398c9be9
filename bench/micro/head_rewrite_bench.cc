// SPDX-License-Identifier: Apache-2.0
//
// Writing a parsed head for the other side into packet buffers, by its size: what is hop-by-hop
// goes, framing and X-Forwarded fields are added. The buffers are freed again.
// No packaged library rewrites heads; the reference is the floor: a buffer of DPDK, the same number
// of bytes copied into it by memcpy, and freed.
#include <benchmark/benchmark.h>
#include <rte_mbuf.h>

#include <cstring>
#include <string>

#include "bench/micro/sample_heads.h"
#include "dataplane/base/check.h"
#include "dataplane/http/h1/request_parser.h"
#include "dataplane/http/h1/response_parser.h"
#include "dataplane/http/h1/writer.h"
#include "dataplane/proxy/slice_sink.h"
#include "tests/support/eal_environment.h"

namespace penstock::http::h1 {
namespace {

// Emits once a turn of the benchmark, and checks that what comes out is what came out first.
template <class Emit>
void emit_heads(benchmark::State& state, Emit&& emit) {
  nic::PacketPool pool = testing::make_test_pool();
  const auto emitted = [&] {
    proxy::SliceSink sink(pool);
    emit(sink);
    CHECK(sink.ok());
    return sink.take();
  };
  const uint32_t bytes = emitted().bytes();
  CHECK(bytes > 40);
  for (auto _ : state) CHECK(emitted().bytes() == bytes);
  state.SetBytesProcessed(state.iterations() * bytes);
}

void rewrite_request_head(benchmark::State& state) {
  const std::string text = sample_request_head(state.range(0));
  RequestHead head;
  CHECK(RequestParser().parse(base::as_bytes(text), head) == ParseStep::complete());
  const RequestEdits edits{.framing = {},
                           .origin = {.peer_address = "192.0.2.17", .proto = "http", .port = 80}};
  emit_heads(state,
             [&](ByteSink& sink) { emit_request_head(sink, head, base::as_bytes(text), edits); });
}
BENCHMARK(rewrite_request_head)->Arg(100)->Arg(700)->Arg(1'800);

void rewrite_response_head(benchmark::State& state) {
  const std::string text = sample_response_head(state.range(0));
  ResponseHead head;
  CHECK(ResponseParser().parse(base::as_bytes(text), head) == ParseStep::complete());
  const ResponseEdits edits{.framing = {Framing::Kind::Length, 5120}};
  emit_heads(state,
             [&](ByteSink& sink) { emit_response_head(sink, head, base::as_bytes(text), edits); });
}
BENCHMARK(rewrite_response_head)->Arg(100)->Arg(700)->Arg(1'800);

void rewrite_head_by_memcpy(benchmark::State& state) {
  const std::string text = sample_request_head(state.range(0));
  nic::PacketPool pool = testing::make_test_pool();
  for (auto _ : state) {
    rte_mbuf* buffer = rte_pktmbuf_alloc(pool.buffers());
    CHECK(buffer != nullptr);
    char* room = rte_pktmbuf_append(buffer, static_cast<uint16_t>(text.size()));
    CHECK(room != nullptr);
    std::memcpy(room, text.data(), text.size());
    benchmark::ClobberMemory();
    rte_pktmbuf_free(buffer);
  }
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * text.size()));
}
BENCHMARK(rewrite_head_by_memcpy)->Arg(100)->Arg(700)->Arg(1'800);

}  // namespace
}  // namespace penstock::http::h1
