// SPDX-License-Identifier: Apache-2.0
#include "dataplane/nic/flow_rules.h"

#include <rte_flow.h>

#include <array>
#include <bit>

#include "dataplane/base/check.h"
#include "dataplane/nic/steering.h"

namespace penstock::nic {

namespace {

// TCP to our ports kRulePortLowest | anything | bits goes to `queue`.
struct PortRule {
  uint16_t bits = 0;
  uint16_t bits_mask = 0;
  uint16_t queue = 0;
};

bool install(uint16_t port, rte_flow_item_type ip_version, const PortRule& rule) {
  rte_flow_attr attributes{};
  attributes.ingress = 1;
  rte_flow_item_tcp tcp{};
  rte_flow_item_tcp tcp_mask{};
  tcp.hdr.dst_port = rte_cpu_to_be_16(static_cast<uint16_t>(Steering::kRulePortLowest | rule.bits));
  tcp_mask.hdr.dst_port =
      rte_cpu_to_be_16(static_cast<uint16_t>(Steering::kRulePortLowest | rule.bits_mask));
  std::array<rte_flow_item, 4> pattern{};
  pattern[0].type = RTE_FLOW_ITEM_TYPE_ETH;
  pattern[1].type = ip_version;
  pattern[2].type = RTE_FLOW_ITEM_TYPE_TCP;
  pattern[2].spec = &tcp;
  pattern[2].mask = &tcp_mask;
  pattern[3].type = RTE_FLOW_ITEM_TYPE_END;
  rte_flow_action_queue queue{};
  queue.index = rule.queue;
  std::array<rte_flow_action, 2> actions{};
  actions[0].type = RTE_FLOW_ACTION_TYPE_QUEUE;
  actions[0].conf = &queue;
  actions[1].type = RTE_FLOW_ACTION_TYPE_END;
  rte_flow_error error{};
  if (rte_flow_validate(port, &attributes, pattern.data(), actions.data(), &error) != 0) {
    return false;
  }
  return rte_flow_create(port, &attributes, pattern.data(), actions.data(), &error) != nullptr;
}

}  // namespace

std::optional<std::vector<uint16_t>> install_port_rules(uint16_t port, uint32_t workers) {
  CHECK(workers > 0);
  std::vector<uint16_t> table(std::bit_ceil(workers));
  for (size_t bits = 0; bits < table.size(); ++bits) {
    table[bits] = static_cast<uint16_t>(bits % workers);
    const PortRule rule{.bits = static_cast<uint16_t>(bits),
                        .bits_mask = static_cast<uint16_t>(table.size() - 1),
                        .queue = table[bits]};
    if (install(port, RTE_FLOW_ITEM_TYPE_IPV4, rule) &&
        install(port, RTE_FLOW_ITEM_TYPE_IPV6, rule)) {
      continue;
    }
    rte_flow_error ignored{};
    rte_flow_flush(port, &ignored);
    return std::nullopt;
  }
  return table;
}

}  // namespace penstock::nic
