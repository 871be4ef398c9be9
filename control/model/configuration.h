// SPDX-License-Identifier: Apache-2.0
//
// The desired state of one Penstock: everything an operator can decide, as plain values with their
// defaults. It says what is wanted, not how: compile/ turns it into a snapshot.
// Comes from config/ (a file), from kube/ (cluster objects) and from membership.h (edits).
// It promises nothing about itself: validate.h says whether it makes sense.
// Control thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "control/model/http_model.h"
#include "control/model/network_model.h"
#include "control/model/pool_model.h"
#include "control/model/rate_limit_model.h"
#include "control/model/rule_model.h"
#include "dataplane/base/limits.h"
#include "dataplane/base/time.h"

namespace penstock::model {

struct Workers {
  enum class Idle : uint8_t {
    BackOff,  // sleeps for a moment when there is nothing to do
    Spin,     // never sleeps: least latency, a full core each
  };
  std::vector<uint32_t> cores = {0};  // one worker on each
  Idle idle = Idle::BackOff;
  bool operator==(const Workers&) const = default;
};

struct Memory {
  enum class Hugepages : uint8_t { Auto, Never, Require };
  uint32_t megabytes = 0;       // for packets; 0: computed from the sums of limits
  uint32_t packet_buffers = 0;  // per worker; 0: computed
  Hugepages hugepages = Hugepages::Auto;
  bool operator==(const Memory&) const = default;
};

struct Admin {
  std::string socket = "/run/penstock/admin.sock";
  bool operator==(const Admin&) const = default;
};

struct Log {
  enum class Level : uint8_t { Debug, Info, Warning, Error };
  Level level = Level::Info;
  std::string access;  // file of the access log; "": none, "-": standard output
  bool operator==(const Log&) const = default;
};

struct Timeouts {
  base::Duration request_head = base::Duration::from_s(10);      // first to last byte of a head
  base::Duration request_body = base::Duration::from_s(60);      // between two pieces of a body
  base::Duration keep_alive = base::Duration::from_s(50);        // an idle client connection
  base::Duration keep_alive_age = base::Duration::from_s(3600);  // of a client connection; 0: any
  base::Duration exchange;  // first byte of a request to last of its response; 0: any
  base::Duration queue = base::Duration::from_s(5);  // for a connection of a pool at its maximum
  base::Duration tunnel = base::Duration::from_s(3600);       // nothing moves in either direction
  base::Duration connect = base::Duration::from_s(5);         // default of every pool, as below
  base::Duration response_head = base::Duration::from_s(60);  // request sent to response head
  base::Duration response_body = base::Duration::from_s(60);  // between two pieces of a body
  base::Duration upstream_idle = base::Duration::from_s(50);  // an idle backend connection
  base::Duration drain = base::Duration::from_s(30);          // from SIGTERM to the end
  bool operator==(const Timeouts&) const = default;
};

// How TCP behaves, on both sides.
struct Tcp {
  enum class Congestion : uint8_t { Cubic, NewReno };
  enum class SynCookies : uint8_t { WhenHalfOpenFull, Always, Never };
  enum class Use : uint8_t { On, Off };
  Congestion congestion = Congestion::Cubic;
  SynCookies syn_cookies = SynCookies::WhenHalfOpenFull;
  Use sack = Use::On;
  Use timestamps = Use::On;
  Use ecn = Use::Off;
  uint32_t hop_limit = 64;
  uint32_t dscp = 0;
  uint32_t receive_window_bytes = base::kReceiveWindowBytes;  // of a connection, at most
  uint32_t send_buffer_bytes = base::kSendBufferBytes;
  uint32_t user_timeout_s = 100;         // a peer that answers nothing
  uint32_t zero_window_timeout_s = 600;  // a peer that answers and takes nothing; 0: for ever
  uint32_t keep_alive_idle_s = 0;        // 0: off
  uint32_t keep_alive_interval_s = 75;
  uint32_t keep_alive_probes = 9;
  bool operator==(const Tcp&) const = default;
};

struct Limits {
  uint32_t connections = base::kConnectionsDefault;  // per worker, both sides together
  uint32_t half_open = base::kHalfOpenDefault;       // per worker
  uint32_t request_line_bytes = base::kRequestLineBytesMax;
  uint32_t field_line_bytes = base::kFieldLineBytesMax;
  uint32_t request_head_bytes = base::kRequestHeadBytesMax;
  uint32_t fields = base::kFieldsMax;  // of a request
  uint32_t response_head_bytes = base::kResponseHeadBytesMax;
  uint32_t response_fields = base::kFieldsMax;
  uint64_t request_body_bytes = 0;                                      // 0: unlimited
  uint32_t idle_connections = base::kIdleConnectionsPerBackendDefault;  // default of every pool
  uint32_t keep_alive_requests = 0;                                     // 0: unlimited
  // What a body moves by at least within its time-out, where a peer could feign life; 0: anything.
  uint32_t body_progress_bytes = base::kBodyProgressBytesDefault;
  uint32_t retries = 2;  // further backends tried when a request may safely be repeated
  bool operator==(const Limits&) const = default;
};

struct Configuration {
  Workers workers;
  Memory memory;
  Admin admin;
  Log log;
  Http http;
  Forwarding forwarding;
  Timeouts timeouts;
  Limits limits;
  Tcp tcp;
  std::vector<Port> ports;
  std::vector<StaticRoute> routes;
  std::vector<RateLimit> rate_limits;
  std::vector<Listener> listeners;
  std::vector<Pool> pools;
  std::vector<Rule> rules;
  bool operator==(const Configuration&) const = default;
};

// Backends of all pools together; base::kBackendsMax bounds them.
inline size_t backend_count(const Configuration& configuration) {
  size_t count = 0;
  for (const Pool& pool : configuration.pools) count += pool.backends.size();
  return count;
}

}  // namespace penstock::model
