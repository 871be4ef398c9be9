// SPDX-License-Identifier: Apache-2.0
#include "dataplane/nic/dpdk_port.h"

#include <rte_errno.h>
#include <rte_ethdev.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <string_view>
#include <utility>

#include "dataplane/base/check.h"
#include "dataplane/base/limits.h"
#include "dataplane/nic/device_preflight.h"
#include "dataplane/nic/flow_rules.h"

namespace penstock::nic {

namespace {

constexpr uint64_t kReceiveOffloads = RTE_ETH_RX_OFFLOAD_IPV4_CKSUM | RTE_ETH_RX_OFFLOAD_TCP_CKSUM;
constexpr uint64_t kTransmitOffloads =
    RTE_ETH_TX_OFFLOAD_IPV4_CKSUM | RTE_ETH_TX_OFFLOAD_TCP_CKSUM | RTE_ETH_TX_OFFLOAD_MULTI_SEGS;
constexpr uint64_t kRssFields = RTE_ETH_RSS_IPV4 | RTE_ETH_RSS_NONFRAG_IPV4_TCP | RTE_ETH_RSS_IPV6 |
                                RTE_ETH_RSS_NONFRAG_IPV6_TCP;
// The longest key of any driver.
constexpr size_t kRssKeyBytesMax = 64;

std::string because(int error) {
  return std::string(": ") + rte_strerror(error < 0 ? -error : error);
}

bool is_tap(const rte_eth_dev_info& info) {
  return std::string_view(info.driver_name) == "net_tap";
}

// What to ask a driver for when it sends. net_tap "offloads" checksums by summing each buffer of a
// packet on its own, which is wrong after a buffer of odd length; ours is as quick and right.
uint64_t transmit_offloads(const rte_eth_dev_info& info) {
  const uint64_t offered = info.tx_offload_capa & kTransmitOffloads;
  return is_tap(info) ? offered & RTE_ETH_TX_OFFLOAD_MULTI_SEGS : offered;
}

// RSS over what the device can hash; none for one queue or a device that cannot (virtio refuses).
rte_eth_conf configuration_for(const rte_eth_dev_info& info, uint16_t queues, uint16_t mtu) {
  rte_eth_conf conf{};
  conf.rxmode.mtu = mtu;
  conf.rxmode.offloads = info.rx_offload_capa & kReceiveOffloads;
  conf.txmode.offloads = transmit_offloads(info);
  const uint64_t fields = info.flow_type_rss_offloads & kRssFields;
  conf.rxmode.mq_mode = RTE_ETH_MQ_RX_NONE;
  // A table of no entries says that the device does not steer by hash, whatever it claims to hash
  // (net_tap: the kernel steers).
  if (queues > 1 && fields != 0 && info.reta_size != 0) {
    conf.rxmode.mq_mode = RTE_ETH_MQ_RX_RSS;
    conf.rx_adv_conf.rss_conf.rss_hf = fields;
  }
  return conf;
}

// Drivers that say no MTU say how long a frame may be, which DPDK holds against us all the same.
uint32_t mtu_max(const rte_eth_dev_info& info) {
  const bool says_mtu = info.max_mtu != UINT16_MAX && info.max_rx_pktlen > info.max_mtu;
  const uint32_t overhead =
      says_mtu ? info.max_rx_pktlen - info.max_mtu : RTE_ETHER_HDR_LEN + RTE_ETHER_CRC_LEN;
  return std::min<uint32_t>(info.max_mtu, info.max_rx_pktlen - overhead);
}

PortFeatures features_of(uint64_t offloads, const rte_eth_dev_info& info) {
  return {.ipv4_checksum = (offloads & RTE_ETH_TX_OFFLOAD_IPV4_CKSUM) != 0,
          .tcp_checksum = (offloads & RTE_ETH_TX_OFFLOAD_TCP_CKSUM) != 0,
          .multi_segment = (offloads & RTE_ETH_TX_OFFLOAD_MULTI_SEGS) != 0,
          .stops_at_bad_frame = is_tap(info)};
}

SteeredBy steered_by(uint64_t hashed_fields, uint64_t wanted) {
  return (hashed_fields & wanted) != 0 ? SteeredBy::Nic : SteeredBy::Workers;
}

// Empty when it cannot be read, or is none that low bits of a hash choose from.
std::vector<uint16_t> read_redirection_table(uint16_t port, uint16_t size) {
  if (!std::has_single_bit(size)) return {};
  std::vector<rte_eth_rss_reta_entry64> groups((size + RTE_ETH_RETA_GROUP_SIZE - 1u) /
                                               RTE_ETH_RETA_GROUP_SIZE);
  for (rte_eth_rss_reta_entry64& group : groups) group.mask = UINT64_MAX;
  if (rte_eth_dev_rss_reta_query(port, groups.data(), size) != 0) return {};
  std::vector<uint16_t> table(size);
  for (size_t i = 0; i < table.size(); ++i) {
    table[i] = groups[i / RTE_ETH_RETA_GROUP_SIZE].reta[i % RTE_ETH_RETA_GROUP_SIZE];
  }
  return table;
}

}  // namespace

std::string existing_ports() {
  std::string names;
  for (uint16_t port = 0; port < RTE_MAX_ETHPORTS; ++port) {
    std::array<char, RTE_ETH_NAME_MAX_LEN> name{};
    if (rte_eth_dev_get_name_by_port(port, name.data()) != 0) continue;
    if (!names.empty()) names += ", ";
    names += name.data();
  }
  return names.empty() ? "none" : names;
}

base::Result<std::unique_ptr<DpdkPort>, std::string> DpdkPort::open(
    const DpdkPortSettings& settings) {
  CHECK(!settings.pools.empty());
  const std::string name = device_name(settings.device);
  uint16_t id = 0;
  if (rte_eth_dev_get_port_by_name(name.c_str(), &id) != 0) {
    return base::Failure{"port " + name +
                         " does not exist; the ports that exist are: " + existing_ports()};
  }
  // tidy: start-up: ports are opened before the first packet, and only here.
  std::unique_ptr<DpdkPort> port(new DpdkPort(id, name));
  auto problem = port->configure(settings);
  if (!problem) problem = port->set_up_queues(settings);
  if (!problem) problem = port->choose_mac(settings);
  if (!problem && settings.multicast) problem = port->open_to_groups();
  if (problem) return base::Failure{"port " + name + " " + *problem};
  if (const int error = rte_eth_dev_start(id); error != 0) {
    return base::Failure{"port " + name + " does not start" + because(error)};
  }
  if (settings.pools.size() > 1) port->find_out_steering(settings);
  return port;
}

std::optional<std::string> DpdkPort::configure(const DpdkPortSettings& settings) {
  rte_eth_dev_info info;
  if (const int error = rte_eth_dev_info_get(port_, &info); error != 0) {
    return "says nothing about itself" + because(error);
  }
  const auto queues = static_cast<uint16_t>(settings.pools.size());
  const uint16_t queues_max = std::min(info.max_rx_queues, info.max_tx_queues);
  if (queues > queues_max) {
    return "has " + std::to_string(queues_max) + " queues, and " + std::to_string(queues) +
           " workers need one each";
  }
  if (settings.mtu < info.min_mtu || settings.mtu > mtu_max(info)) {
    return "takes an MTU from " + std::to_string(info.min_mtu) + " to " +
           std::to_string(mtu_max(info)) + ", not " + std::to_string(settings.mtu);
  }
  const rte_eth_conf conf = configuration_for(info, queues, settings.mtu);
  if (const int error = rte_eth_dev_configure(port_, queues, queues, &conf); error != 0) {
    return "cannot be configured" + because(error);
  }
  features_ = features_of(conf.txmode.offloads, info);
  mtu_ = settings.mtu;
  return std::nullopt;
}

std::optional<std::string> DpdkPort::set_up_queues(const DpdkPortSettings& settings) {
  uint16_t receive_descriptors = settings.descriptors;
  uint16_t transmit_descriptors = settings.descriptors;
  int error = rte_eth_dev_adjust_nb_rx_tx_desc(port_, &receive_descriptors, &transmit_descriptors);
  const auto node = static_cast<unsigned>(rte_eth_dev_socket_id(port_));
  for (uint16_t queue = 0; error == 0 && queue < settings.pools.size(); ++queue) {
    // No configuration of our own: the port's defaults, with the offloads of configure().
    error = rte_eth_rx_queue_setup(port_, queue, receive_descriptors, node, nullptr,
                                   settings.pools[queue]->buffers());
    if (error == 0) {
      error = rte_eth_tx_queue_setup(port_, queue, transmit_descriptors, node, nullptr);
    }
  }
  if (error != 0) return "cannot set up its queues" + because(error);
  return std::nullopt;
}

std::optional<std::string> DpdkPort::choose_mac(const DpdkPortSettings& settings) {
  rte_eth_dev_info info;
  rte_ether_addr own;
  int error = rte_eth_dev_info_get(port_, &info);
  if (error == 0) error = rte_eth_macaddr_get(port_, &own);
  if (error != 0) return "has no MAC address" + because(error);
  std::copy_n(own.addr_bytes, 6, mac_.octets.begin());
  if (is_tap(info)) {
    // The driver's address is the one of the kernel's end. Ours must differ, and net_tap delivers
    // every frame whatever its address.
    mac_.octets[0] = static_cast<uint8_t>((mac_.octets[0] | 0x02) & ~0x01);
    mac_.octets[1] ^= 0x50;
    if (settings.mac) mac_ = *settings.mac;
    return std::nullopt;
  }
  if (!settings.mac) return std::nullopt;
  rte_ether_addr wanted;
  std::copy_n(settings.mac->octets.begin(), 6, wanted.addr_bytes);
  error = rte_eth_dev_default_mac_addr_set(port_, &wanted);
  if (error != 0) return "cannot take the MAC address " + format(*settings.mac) + because(error);
  mac_ = *settings.mac;
  return std::nullopt;
}

// All groups: filters for the few of ours are counted differently by every driver, and what is not
// ours is dropped by a reason anyway. A driver that cannot even do that may still show us all.
std::optional<std::string> DpdkPort::open_to_groups() {
  if (rte_eth_allmulticast_enable(port_) == 0) return std::nullopt;
  const int error = rte_eth_promiscuous_enable(port_);
  if (error == 0) return std::nullopt;
  return "cannot be told to receive multicast, which IPv6 needs" + because(error);
}

// Some drivers fill in key and table when the device starts, so that they are read after that.
void DpdkPort::find_out_steering(const DpdkPortSettings& settings) {
  const auto workers = static_cast<uint32_t>(settings.pools.size());
  steering_ = read_steering();
  if (steering_) return;
  // The kernel brings a tap's frames to their queue by itself.
  std::optional<std::vector<uint16_t>> rules;
  if (!features_.stops_at_bad_frame) rules = install_port_rules(port_, workers);
  steering_ = rules ? Steering::by_rules(settings.steering_key, std::move(*rules))
                    : Steering::among_workers(settings.steering_key, workers);
}

// nullopt when the device does not hash TCP by ports, or does not say by which key and table.
std::optional<Steering> DpdkPort::read_steering() const {
  rte_eth_dev_info info;
  if (rte_eth_dev_info_get(port_, &info) != 0) return std::nullopt;
  std::array<uint8_t, kRssKeyBytesMax> key{};
  rte_eth_rss_conf conf{.rss_key = key.data(), .rss_key_len = key.size(), .rss_hf = 0};
  if (info.hash_key_size != 0) conf.rss_key_len = info.hash_key_size;
  if (conf.rss_key_len > key.size()) return std::nullopt;
  if (rte_eth_dev_rss_hash_conf_get(port_, &conf) != 0) return std::nullopt;
  const SteeredFamilies families{.v4 = steered_by(conf.rss_hf, RTE_ETH_RSS_NONFRAG_IPV4_TCP),
                                 .v6 = steered_by(conf.rss_hf, RTE_ETH_RSS_NONFRAG_IPV6_TCP)};
  const bool has_key = std::any_of(key.begin(), key.end(), [](uint8_t byte) { return byte != 0; });
  std::vector<uint16_t> table = read_redirection_table(port_, info.reta_size);
  if (families.v4 == SteeredBy::Workers || !has_key || table.empty()) return std::nullopt;
  return Steering(families, key, std::move(table));
}

DpdkPort::~DpdkPort() {
  // Both say what went wrong in the log only; there is nobody left to act on it.
  rte_eth_dev_stop(port_);
  rte_eth_dev_close(port_);
}

uint32_t DpdkPort::receive(uint16_t queue, std::span<Packet> packets) noexcept {
  std::array<rte_mbuf*, base::kBurstPackets> buffers;
  const auto room = static_cast<uint16_t>(std::min(packets.size(), buffers.size()));
  const uint16_t count = rte_eth_rx_burst(port_, queue, buffers.data(), room);
  for (uint16_t i = 0; i < count; ++i) packets[i] = Packet(buffers[i]);
  return count;
}

uint32_t DpdkPort::transmit(uint16_t queue, std::span<Packet> packets) noexcept {
  std::array<rte_mbuf*, base::kBurstPackets> buffers;
  const auto wanted = static_cast<uint16_t>(std::min(packets.size(), buffers.size()));
  for (uint16_t i = 0; i < wanted; ++i) buffers[i] = packets[i].buffer();
  const uint16_t taken = rte_eth_tx_burst(port_, queue, buffers.data(), wanted);
  for (uint16_t i = 0; i < taken; ++i) (void)packets[i].release();
  return taken;
}

bool DpdkPort::link_is_up() const noexcept {
  rte_eth_link link{};
  return rte_eth_link_get_nowait(port_, &link) == 0 && link.link_status == RTE_ETH_LINK_UP;
}

uint64_t DpdkPort::missed() const noexcept {
  rte_eth_stats stats{};
  if (rte_eth_stats_get(port_, &stats) != 0) return 0;
  return stats.imissed + stats.rx_nombuf;
}

}  // namespace penstock::nic
