// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "control/model/validate_parts.h"

namespace penstock::model {

namespace {

// sockaddr_un holds this many bytes and the terminating zero (unix(7)).
constexpr size_t kSocketPathBytesMax = 107;

void validate_workers(const Workers& workers, Findings& findings) {
  if (workers.cores.empty()) {
    findings.add("workers.cores", "no core is named; accepted: one core or more");
  }
  if (workers.cores.size() > base::kWorkersMax) {
    findings.add("workers.cores", std::to_string(workers.cores.size()) +
                                      " cores are too many; accepted: at most " +
                                      std::to_string(base::kWorkersMax));
  }
  Uniqueness cores(findings, "core");
  for (size_t i = 0; i < workers.cores.size(); ++i) {
    const std::string path = indexed("workers.cores", i);
    findings.check_range(path, workers.cores[i], kCoreRange);
    // Workers that sleep when they have nothing to do can share a core; those that spin fight for
    // it.
    if (workers.idle == Workers::Idle::Spin) cores.check(path, std::to_string(workers.cores[i]));
  }
}

void validate_paths(const Configuration& configuration, Findings& findings) {
  const std::string& socket = configuration.admin.socket;
  if (!socket.starts_with('/') || socket.size() > kSocketPathBytesMax) {
    findings.add("admin.socket", quoted(socket) +
                                     " is not accepted; accepted: an absolute path of " +
                                     "at most " + std::to_string(kSocketPathBytesMax) + " bytes");
  }
  const std::string& access = configuration.log.access;
  if (!access.empty() && access != "-" && !access.starts_with('/')) {
    findings.add("log.access", quoted(access) +
                                   " is not accepted; accepted: an absolute path, \"-\" for "
                                   "standard output, or \"\" for none");
  }
}

void validate_timeouts(const Timeouts& timeouts, Findings& findings) {
  const auto check = [&](const char* key, base::Duration value) {
    findings.check_range(joined("timeouts", key), value.ms(), kTimeoutMsRange);
  };
  check("request_head_ms", timeouts.request_head);
  check("request_body_ms", timeouts.request_body);
  check("keep_alive_ms", timeouts.keep_alive);
  check("queue_ms", timeouts.queue);
  check("tunnel_ms", timeouts.tunnel);
  check("connect_ms", timeouts.connect);
  check("response_head_ms", timeouts.response_head);
  check("response_body_ms", timeouts.response_body);
  check("upstream_idle_ms", timeouts.upstream_idle);
  check("drain_ms", timeouts.drain);
  const auto check_optional = [&](const char* key, base::Duration value) {
    findings.check_range(joined("timeouts", key), value.ms(), kOptionalTimeoutMsRange);
  };
  check_optional("keep_alive_age_ms", timeouts.keep_alive_age);
  check_optional("exchange_ms", timeouts.exchange);
}

void check_not_above(const char* key, uint32_t value, const char* above_key, uint32_t above,
                     Findings& findings) {
  if (value <= above) return;
  findings.add(joined("limits", key), std::to_string(value) + " is more than " + above_key + " (" +
                                          std::to_string(above) + "); accepted: at most that");
}

void validate_limits(const Limits& limits, Findings& findings) {
  const auto check = [&](const char* key, int64_t value, const Range& range) {
    findings.check_range(joined("limits", key), value, range);
  };
  check("connections", limits.connections, kConnectionsRange);
  check("half_open", limits.half_open, kHalfOpenRange);
  check("request_line_bytes", limits.request_line_bytes, kRequestLineRange);
  check("field_line_bytes", limits.field_line_bytes, kFieldLineRange);
  check("request_head_bytes", limits.request_head_bytes, kRequestHeadRange);
  check("fields", limits.fields, kFieldsRange);
  check("response_head_bytes", limits.response_head_bytes, kResponseHeadRange);
  check("response_fields", limits.response_fields, kFieldsRange);
  check("request_body_bytes", static_cast<int64_t>(limits.request_body_bytes), kRequestBodyRange);
  check("idle_connections", limits.idle_connections, kIdleConnectionsRange);
  check("keep_alive_requests", limits.keep_alive_requests, kKeepAliveRequestsRange);
  check("body_progress_bytes", limits.body_progress_bytes, kBodyProgressRange);
  check("retries", limits.retries, kRetriesRange);
  check_not_above("half_open", limits.half_open, "connections", limits.connections, findings);
  check_not_above("request_line_bytes", limits.request_line_bytes, "request_head_bytes",
                  limits.request_head_bytes, findings);
  check_not_above("field_line_bytes", limits.field_line_bytes, "request_head_bytes",
                  limits.request_head_bytes, findings);
}

// A head is read when the whole of it has come, which a smaller window would never let happen.
void validate_heads(const Configuration& configuration, Findings& findings) {
  const uint32_t window = configuration.tcp.receive_window_bytes;
  const Limits& limits = configuration.limits;
  const auto check = [&](const char* key, uint32_t value) {
    if (value <= window) return;
    findings.add(joined("limits", key), std::to_string(value) +
                                            " is more than tcp.receive_window_bytes (" +
                                            std::to_string(window) + "); accepted: at most that");
  };
  check("request_head_bytes", limits.request_head_bytes);
  check("response_head_bytes", limits.response_head_bytes);
}

void validate_tcp(const Tcp& tcp, Findings& findings) {
  const auto check = [&](const char* key, int64_t value, const Range& range) {
    findings.check_range(joined("tcp", key), value, range);
  };
  check("hop_limit", tcp.hop_limit, kHopLimitRange);
  check("dscp", tcp.dscp, kDscpRange);
  check("receive_window_bytes", tcp.receive_window_bytes, kTcpBufferRange);
  check("send_buffer_bytes", tcp.send_buffer_bytes, kTcpBufferRange);
  check("user_timeout_s", tcp.user_timeout_s, kUserTimeoutRange);
  check("zero_window_timeout_s", tcp.zero_window_timeout_s, kZeroWindowTimeoutRange);
  check("keep_alive_idle_s", tcp.keep_alive_idle_s, kKeepAliveIdleRange);
  check("keep_alive_interval_s", tcp.keep_alive_interval_s, kKeepAliveIntervalRange);
  check("keep_alive_probes", tcp.keep_alive_probes, kKeepAliveProbesRange);
}

}  // namespace

void validate_process(const Configuration& configuration, Findings& findings) {
  validate_workers(configuration.workers, findings);
  findings.check_range("memory.megabytes", configuration.memory.megabytes, kMegabytesRange);
  findings.check_range("memory.packet_buffers", configuration.memory.packet_buffers,
                       kPacketBuffersRange);
  validate_paths(configuration, findings);
  validate_timeouts(configuration.timeouts, findings);
  validate_limits(configuration.limits, findings);
  validate_tcp(configuration.tcp, findings);
  validate_heads(configuration, findings);
}

}  // namespace penstock::model
