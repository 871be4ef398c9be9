// SPDX-License-Identifier: Apache-2.0
//
// LoadPlan: what the load generator plays, as its JSON file says it (bench/load/README.md has the
// keys). Read once at start; the error is one sentence.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bench/load/frame.h"
#include "bench/load/load_message.h"

namespace penstock::load {

// The addresses of one side: [first, first + count) all behind one MAC.
struct Addresses {
  uint32_t first = 0;
  uint32_t count = 1;
  bool contains(uint32_t address) const noexcept { return address - first < count; }
};

struct LoadPlan {
  // --- Where.
  uint32_t server = 0;  // the listener under load
  uint16_t server_port = 80;
  Addresses clients;
  Mac client_mac;
  Addresses origins;
  Mac origin_mac;
  uint16_t origin_port = 80;
  uint32_t gateway = 0;  // the client side's address that Penstock knows as its gateway

  // --- What. [0] is what everybody sends; [1] is for slow clients.
  std::vector<Message> requests;
  std::vector<Message> responses;

  // --- How.
  uint32_t connections = 1;
  uint32_t idle_connections = 0;
  uint32_t slow_clients = 0;
  uint32_t slow_bytes_per_second = 16 * 1024;
  bool client_keep_alive = true;
  bool upstream_keep_alive = true;
  uint32_t verify_one_in = 1;  // bodies that are compared byte for byte

  uint32_t flows() const noexcept { return connections + idle_connections + slow_clients; }
};

// Throws std::runtime_error with a sentence that names the key.
LoadPlan parse_load_plan(const std::string& json);

}  // namespace penstock::load
