// SPDX-License-Identifier: Apache-2.0
#include "bench/load/load_plan.h"

#include <arpa/inet.h>

#include <cstdio>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace penstock::load {

namespace {

using nlohmann::json;

uint32_t address(const json& plan, const char* key) {
  in_addr parsed{};
  const auto text = plan.at(key).get<std::string>();
  if (inet_pton(AF_INET, text.c_str(), &parsed) != 1) {
    throw std::runtime_error(std::string(key) + ": \"" + text + "\" is no IPv4 address");
  }
  return ntohl(parsed.s_addr);
}

Mac mac(const json& plan, const char* key) {
  Mac mac;
  const auto text = plan.at(key).get<std::string>();
  if (std::sscanf(text.c_str(), "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx", &mac[0], &mac[1], &mac[2], &mac[3],
                  &mac[4], &mac[5]) != 6) {
    throw std::runtime_error(std::string(key) + ": \"" + text + "\" is no MAC address");
  }
  return mac;
}

std::vector<Message> messages(const json& list) {
  std::vector<Message> messages;
  for (const json& one : list) {
    messages.push_back({one.at("head").get<std::string>(), one.at("body_bytes").get<uint64_t>()});
    if (messages.back().size() >= uint64_t{1} << 30) {
      throw std::runtime_error("body_bytes: messages are below 1 GiB");
    }
  }
  return messages;
}

LoadPlan read(const json& plan) {
  LoadPlan read;
  read.server = address(plan, "server");
  read.clients = {address(plan, "clients_first"), plan.at("clients_count").get<uint32_t>()};
  read.client_mac = mac(plan, "client_mac");
  read.origins = {address(plan, "origins_first"), plan.at("origins_count").get<uint32_t>()};
  read.origin_mac = mac(plan, "origin_mac");
  read.gateway = address(plan, "gateway");
  read.requests = messages(plan.at("requests"));
  read.responses = messages(plan.at("responses"));
  read.connections = plan.at("connections").get<uint32_t>();
  read.idle_connections = plan.at("idle_connections").get<uint32_t>();
  read.slow_clients = plan.at("slow_clients").get<uint32_t>();
  read.slow_bytes_per_second = plan.at("slow_bytes_per_second").get<uint32_t>();
  read.client_keep_alive = plan.at("client_keep_alive").get<bool>();
  read.upstream_keep_alive = plan.at("upstream_keep_alive").get<bool>();
  read.verify_one_in = plan.at("verify_one_in").get<uint32_t>();
  if (read.requests.empty() || read.requests.size() != read.responses.size()) {
    throw std::runtime_error("requests and responses: one response for each request");
  }
  if (read.slow_clients > 0 && read.requests.size() < 2) {
    throw std::runtime_error("slow_clients: requests[1] and responses[1] are theirs");
  }
  return read;
}

}  // namespace

LoadPlan parse_load_plan(const std::string& text) {
  try {
    return read(json::parse(text));
  } catch (const json::exception& error) {
    throw std::runtime_error(error.what());
  }
}

}  // namespace penstock::load
