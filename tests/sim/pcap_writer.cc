// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/pcap_writer.h"

#include "dataplane/base/check.h"

namespace penstock::testing {

namespace {

constexpr uint32_t kMagicOfNanoseconds = 0xa1b23c4d;
constexpr uint32_t kVersion = 2 | 4u << 16;  // 2.4
constexpr uint32_t kSnapshotBytes = 65535;
constexpr uint32_t kEthernet = 1;
constexpr uint64_t kNsPerSecond = 1'000'000'000;

}  // namespace

PcapWriter::PcapWriter(const std::string& path) : file_(path, std::ios::binary) {
  CHECK(file_.good());
  for (const uint32_t word : {kMagicOfNanoseconds, kVersion, 0u, 0u, kSnapshotBytes, kEthernet}) {
    put(word);
  }
}

void PcapWriter::write(base::ByteSpan frame, base::Instant at) {
  const auto ns = static_cast<uint64_t>(at.ns());
  const auto bytes = static_cast<uint32_t>(frame.size());
  put(static_cast<uint32_t>(ns / kNsPerSecond));
  put(static_cast<uint32_t>(ns % kNsPerSecond));
  put(bytes);
  put(bytes);
  file_.write(reinterpret_cast<const char*>(frame.data()), bytes);
}

// In the machine's own order; the magic number tells readers which that is.
void PcapWriter::put(uint32_t value) {
  file_.write(reinterpret_cast<const char*>(&value), sizeof value);
}

}  // namespace penstock::testing
