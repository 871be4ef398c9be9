// SPDX-License-Identifier: Apache-2.0
//
// The Internet checksum in software, by size: an IPv4 header, little more than headers, and a full
// segment; and the pseudo header's sum, which a port that computes checksums wants to start from.
// References: rte_raw_cksum and rte_ipv4_phdr_cksum of DPDK.
#include <benchmark/benchmark.h>
#include <rte_ip.h>

#include <array>
#include <cstdint>
#include <vector>

#include "dataplane/base/check.h"
#include "dataplane/base/random.h"
#include "dataplane/wire/checksum.h"
#include "dataplane/wire/ipv4.h"

namespace penstock::wire {
namespace {

std::vector<uint8_t> make_bytes(int64_t count) {
  base::Random random(1);
  std::vector<uint8_t> bytes(static_cast<size_t>(count));
  for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(random.next());
  return bytes;
}

// As a header holds it.
uint16_t by_dpdk(const std::vector<uint8_t>& bytes) {
  return __builtin_bswap16(static_cast<uint16_t>(~rte_raw_cksum(bytes.data(), bytes.size())));
}

void sum_bytes(benchmark::State& state) {
  const std::vector<uint8_t> bytes = make_bytes(state.range(0));
  const uint16_t expected = by_dpdk(bytes);
  for (auto _ : state) {
    benchmark::ClobberMemory();
    CHECK(checksum_of(bytes) == expected);
  }
  state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(sum_bytes)->Arg(20)->Arg(64)->Arg(1'460);

void sum_bytes_by_rte_raw_cksum(benchmark::State& state) {
  const std::vector<uint8_t> bytes = make_bytes(state.range(0));
  const uint16_t expected = checksum_of(bytes);
  for (auto _ : state) {
    benchmark::ClobberMemory();
    CHECK(by_dpdk(bytes) == expected);
  }
  state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(sum_bytes_by_rte_raw_cksum)->Arg(20)->Arg(64)->Arg(1'460);

// An IPv4 header without options, as far as a pseudo header depends on it.
rte_ipv4_hdr make_ipv4_header(uint16_t tcp_bytes) {
  rte_ipv4_hdr header{};
  header.version_ihl = RTE_IPV4_VHL_DEF;
  header.total_length = __builtin_bswap16(static_cast<uint16_t>(tcp_bytes + sizeof header));
  header.next_proto_id = kProtocolTcp;
  header.src_addr = __builtin_bswap32(0x0a000001);
  header.dst_addr = __builtin_bswap32(0x0a000002);
  return header;
}

// The number of bytes changes so that no sum can be kept from the last time.
void sum_pseudo_header(benchmark::State& state) {
  const auto source = base::IpAddress::from_v4(0x0a000001);
  const auto destination = base::IpAddress::from_v4(0x0a000002);
  uint16_t tcp_bytes = 0;
  CHECK(pseudo_header_sum(source, destination, kProtocolTcp, 20) ==
        __builtin_bswap16(rte_ipv4_phdr_cksum(std::array{make_ipv4_header(20)}.data(), 0)));
  for (auto _ : state) {
    tcp_bytes = (tcp_bytes + 1) & 0x3ff;
    benchmark::DoNotOptimize(pseudo_header_sum(source, destination, kProtocolTcp, tcp_bytes));
  }
}
BENCHMARK(sum_pseudo_header);

void sum_pseudo_header_by_rte_ipv4_phdr_cksum(benchmark::State& state) {
  rte_ipv4_hdr header = make_ipv4_header(0);
  uint16_t tcp_bytes = 0;
  benchmark::DoNotOptimize(&header);
  for (auto _ : state) {
    benchmark::ClobberMemory();
    tcp_bytes = (tcp_bytes + 1) & 0x3ff;
    header.total_length = __builtin_bswap16(static_cast<uint16_t>(tcp_bytes + sizeof header));
    benchmark::DoNotOptimize(rte_ipv4_phdr_cksum(&header, 0));
  }
}
BENCHMARK(sum_pseudo_header_by_rte_ipv4_phdr_cksum);

}  // namespace
}  // namespace penstock::wire
