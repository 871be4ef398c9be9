// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "control/config/read_configuration.h"

namespace penstock::config {

namespace {

using model::Limits;
using model::Log;
using model::Memory;
using model::Tcp;
using model::Timeouts;
using model::Workers;

Workers read_workers(Section section) {
  Workers workers;
  workers.cores = section.numbers("cores", model::kCoreRange).value_or(workers.cores);
  workers.idle = section.choice(
      "idle", {{"back_off", Workers::Idle::BackOff}, {"spin", Workers::Idle::Spin}}, workers.idle);
  section.finish();
  return workers;
}

Memory read_memory(Section section) {
  Memory memory;
  memory.megabytes = section.number("megabytes", model::kMegabytesRange, memory.megabytes);
  memory.packet_buffers =
      section.number("packet_buffers", model::kPacketBuffersRange, memory.packet_buffers);
  memory.hugepages = section.choice("hugepages",
                                    {{"auto", Memory::Hugepages::Auto},
                                     {"never", Memory::Hugepages::Never},
                                     {"require", Memory::Hugepages::Require}},
                                    memory.hugepages);
  section.finish();
  return memory;
}

model::Admin read_admin(Section section) {
  model::Admin admin;
  admin.socket = section.text("socket", admin.socket);
  section.finish();
  return admin;
}

Log read_log(Section section) {
  Log log;
  log.level = section.choice("level",
                             {{"debug", Log::Level::Debug},
                              {"info", Log::Level::Info},
                              {"warning", Log::Level::Warning},
                              {"error", Log::Level::Error}},
                             log.level);
  log.access = section.text("access", log.access);
  section.finish();
  return log;
}

Timeouts read_timeouts(Section section) {
  Timeouts t;
  t.request_head = section.milliseconds("request_head_ms", t.request_head);
  t.request_body = section.milliseconds("request_body_ms", t.request_body);
  t.keep_alive = section.milliseconds("keep_alive_ms", t.keep_alive);
  t.keep_alive_age = section.optional_milliseconds("keep_alive_age_ms", t.keep_alive_age);
  t.exchange = section.optional_milliseconds("exchange_ms", t.exchange);
  t.queue = section.milliseconds("queue_ms", t.queue);
  t.tunnel = section.milliseconds("tunnel_ms", t.tunnel);
  t.connect = section.milliseconds("connect_ms", t.connect);
  t.response_head = section.milliseconds("response_head_ms", t.response_head);
  t.response_body = section.milliseconds("response_body_ms", t.response_body);
  t.upstream_idle = section.milliseconds("upstream_idle_ms", t.upstream_idle);
  t.drain = section.milliseconds("drain_ms", t.drain);
  section.finish();
  return t;
}

Limits read_limits(Section section) {
  Limits l;
  l.connections = section.number("connections", model::kConnectionsRange, l.connections);
  l.request_head_bytes =
      section.number("request_head_bytes", model::kRequestHeadRange, l.request_head_bytes);
  // Who lowers a whole need not lower its parts too.
  l.half_open = std::min(l.half_open, l.connections);
  l.request_line_bytes = std::min(l.request_line_bytes, l.request_head_bytes);
  l.field_line_bytes = std::min(l.field_line_bytes, l.request_head_bytes);
  l.half_open = section.number("half_open", model::kHalfOpenRange, l.half_open);
  l.request_line_bytes =
      section.number("request_line_bytes", model::kRequestLineRange, l.request_line_bytes);
  l.field_line_bytes =
      section.number("field_line_bytes", model::kFieldLineRange, l.field_line_bytes);
  l.fields = section.number("fields", model::kFieldsRange, l.fields);
  l.response_head_bytes =
      section.number("response_head_bytes", model::kResponseHeadRange, l.response_head_bytes);
  l.response_fields = section.number("response_fields", model::kFieldsRange, l.response_fields);
  l.request_body_bytes =
      section.number("request_body_bytes", model::kRequestBodyRange, l.request_body_bytes);
  l.idle_connections =
      section.number("idle_connections", model::kIdleConnectionsRange, l.idle_connections);
  l.keep_alive_requests =
      section.number("keep_alive_requests", model::kKeepAliveRequestsRange, l.keep_alive_requests);
  l.body_progress_bytes =
      section.number("body_progress_bytes", model::kBodyProgressRange, l.body_progress_bytes);
  l.retries = section.number("retries", model::kRetriesRange, l.retries);
  section.finish();
  return l;
}

Tcp read_tcp(Section section) {
  Tcp t;
  t.congestion = section.choice(
      "congestion", {{"cubic", Tcp::Congestion::Cubic}, {"new_reno", Tcp::Congestion::NewReno}},
      t.congestion);
  t.syn_cookies = section.choice("syn_cookies",
                                 {{"when_half_open_full", Tcp::SynCookies::WhenHalfOpenFull},
                                  {"always", Tcp::SynCookies::Always},
                                  {"never", Tcp::SynCookies::Never}},
                                 t.syn_cookies);
  t.sack = section.choice("sack", {{"on", Tcp::Use::On}, {"off", Tcp::Use::Off}}, t.sack);
  t.timestamps =
      section.choice("timestamps", {{"on", Tcp::Use::On}, {"off", Tcp::Use::Off}}, t.timestamps);
  t.ecn = section.choice("ecn", {{"on", Tcp::Use::On}, {"off", Tcp::Use::Off}}, t.ecn);
  t.hop_limit = section.number("hop_limit", model::kHopLimitRange, t.hop_limit);
  t.dscp = section.number("dscp", model::kDscpRange, t.dscp);
  t.receive_window_bytes =
      section.number("receive_window_bytes", model::kTcpBufferRange, t.receive_window_bytes);
  t.send_buffer_bytes =
      section.number("send_buffer_bytes", model::kTcpBufferRange, t.send_buffer_bytes);
  t.user_timeout_s = section.number("user_timeout_s", model::kUserTimeoutRange, t.user_timeout_s);
  t.zero_window_timeout_s = section.number("zero_window_timeout_s", model::kZeroWindowTimeoutRange,
                                           t.zero_window_timeout_s);
  t.keep_alive_idle_s =
      section.number("keep_alive_idle_s", model::kKeepAliveIdleRange, t.keep_alive_idle_s);
  t.keep_alive_interval_s = section.number("keep_alive_interval_s", model::kKeepAliveIntervalRange,
                                           t.keep_alive_interval_s);
  t.keep_alive_probes =
      section.number("keep_alive_probes", model::kKeepAliveProbesRange, t.keep_alive_probes);
  section.finish();
  return t;
}

}  // namespace

void read_process(Section& top, model::Configuration& configuration) {
  if (auto section = top.section("workers")) configuration.workers = read_workers(*section);
  if (auto section = top.section("memory")) configuration.memory = read_memory(*section);
  if (auto section = top.section("admin")) configuration.admin = read_admin(*section);
  if (auto section = top.section("log")) configuration.log = read_log(*section);
  if (auto section = top.section("timeouts")) configuration.timeouts = read_timeouts(*section);
  if (auto section = top.section("limits")) configuration.limits = read_limits(*section);
  if (auto section = top.section("tcp")) configuration.tcp = read_tcp(*section);
}

}  // namespace penstock::config
