// SPDX-License-Identifier: Apache-2.0
//
// ExchangeShape: how the world of one program differs from that of another: what is configured of
// the proxy, and how many backends there are. It is read from the program's first bytes; zeros are
// the defaults.
// Plain values. What is gathered is bounded so low that what fragments.h says reaches it.
#pragma once

#include <cstdint>
#include <vector>

#include "dataplane/http/request_policy.h"
#include "dataplane/proxy/snapshot.h"
#include "tests/fuzz/fuzz_program.h"
#include "tests/support/snapshot_builder.h"

namespace penstock::fuzz {

struct ExchangeShape {
  enum class Windows : uint8_t { Usual, Small };

  Windows windows = Windows::Usual;
  std::vector<uint16_t> backend_ports;  // of those that are asked
  http::RequestPolicy policy;
  proxy::Upgrades upgrades = proxy::Upgrades::Any;
  upstream::ReusePolicy reuse = upstream::ReusePolicy::Safe;
  proxy::AnnounceClient announce_client = proxy::AnnounceClient::No;
  proxy::ProxyHeader proxy_header = proxy::ProxyHeader::None;
  uint32_t request_buffer_bytes = 0;
  uint32_t response_buffer_bytes = 0;
  std::vector<uint16_t> retry_statuses;

  bool announces() const { return announce_client != proxy::AnnounceClient::No; }
  // A backend's connection serves one exchange only.
  bool reuses_nothing() const { return announces() || reuse == upstream::ReusePolicy::Never; }
};

inline constexpr uint16_t kFirstBackend = testing::kFirstBackendPort;
inline constexpr uint16_t kSecondBackend = testing::kFirstBackendPort + 1;

ExchangeShape read_shape(FuzzProgram& program);
testing::SnapshotSpec snapshot_for(const ExchangeShape& shape);

}  // namespace penstock::fuzz
