// SPDX-License-Identifier: Apache-2.0
#include "bench/load/vhost_wire.h"

#include <rte_dev.h>

#include <algorithm>
#include <stdexcept>

namespace penstock::load {

namespace {

constexpr uint16_t kDescriptors = 1024;
constexpr uint32_t kCacheSize = 256;

void must(int result, const std::string& what) {
  if (result != 0) throw std::runtime_error(what + ": " + rte_strerror(-result));
}

std::string name_of(const std::string& device) { return device.substr(0, device.find(',')); }

}  // namespace

VhostWire::VhostWire(const std::string& device, uint16_t queues, uint32_t buffers)
    : queues_(queues), waiting_(queues), steering_(queues) {
  must(rte_dev_probe(device.c_str()), device);
  must(rte_eth_dev_get_port_by_name(name_of(device).c_str(), &port_), device);
  pool_ = rte_pktmbuf_pool_create(("load_" + name_of(device)).c_str(), buffers, kCacheSize, 0,
                                  RTE_MBUF_DEFAULT_BUF_SIZE, SOCKET_ID_ANY);
  if (pool_ == nullptr) throw std::runtime_error("no memory for the load generator's buffers");
  rte_eth_conf configuration{};
  must(rte_eth_dev_configure(port_, queues, queues, &configuration), "configuring " + device);
  for (uint16_t queue = 0; queue < queues; ++queue) {
    must(rte_eth_rx_queue_setup(port_, queue, kDescriptors, SOCKET_ID_ANY, nullptr, pool_),
         "receive queue of " + device);
    must(rte_eth_tx_queue_setup(port_, queue, kDescriptors, SOCKET_ID_ANY, nullptr),
         "transmit queue of " + device);
    waiting_[queue].reserve(kWaitingMax);
  }
  must(rte_eth_dev_start(port_), "starting " + device);
}

VhostWire::~VhostWire() {
  rte_eth_dev_stop(port_);
  rte_eth_dev_close(port_);
}

uint8_t* VhostWire::begin() noexcept {
  if (waiting_count_ >= kWaitingMax) return nullptr;
  if (current_ == nullptr) current_ = rte_pktmbuf_alloc(pool_);
  return current_ == nullptr ? nullptr : rte_pktmbuf_mtod(current_, uint8_t*);
}

void VhostWire::commit(uint32_t bytes) noexcept {
  current_->data_len = static_cast<uint16_t>(bytes);
  current_->pkt_len = bytes;
  // The checksum field is empty: the descriptor says so, as for a local peer of a virtual NIC.
  const bool is_tcp = bytes >= kHeaderBytes;
  current_->ol_flags = is_tcp ? RTE_MBUF_F_TX_IPV4 | RTE_MBUF_F_TX_TCP_CKSUM : uint64_t{0};
  current_->l2_len = 14;
  current_->l3_len = 20;
  current_->l4_len = 20;
  waiting_[steering_.queue_of(bytes_of(current_))].push_back(current_);
  current_ = nullptr;
  ++waiting_count_;
}

uint32_t VhostWire::flush() noexcept {
  if (waiting_count_ == 0) return 0;
  uint32_t left = 0;
  for (uint16_t queue = 0; queue < queues_; ++queue) {
    std::vector<rte_mbuf*>& waiting = waiting_[queue];
    size_t sent = 0;
    while (sent < waiting.size()) {
      const auto wanted = static_cast<uint16_t>(std::min<size_t>(waiting.size() - sent, kBurst));
      const uint16_t taken = rte_eth_tx_burst(port_, queue, &waiting[sent], wanted);
      sent += taken;
      if (taken < wanted) break;
    }
    waiting.erase(waiting.begin(), waiting.begin() + static_cast<ptrdiff_t>(sent));
    left += static_cast<uint32_t>(sent);
  }
  waiting_count_ -= left;
  return left;
}

bool VhostWire::link_is_up() const noexcept {
  rte_eth_link link{};
  return rte_eth_link_get_nowait(port_, &link) == 0 && link.link_status == RTE_ETH_LINK_UP;
}

}  // namespace penstock::load
