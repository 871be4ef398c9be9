// SPDX-License-Identifier: Apache-2.0
#include "bench/micro/lwip_connection.h"

#include <cstdlib>
#include <semaphore>
#include <vector>

// Debian's options declare functions and forget that C++ may read them.
extern "C" {
#include <lwip/opt.h>
}
#include <lwip/ip.h>
#include <lwip/netif.h>
#include <lwip/pbuf.h>
#include <lwip/tcp.h>
#include <lwip/tcpip.h>

#include "dataplane/base/check.h"

namespace penstock::bench {

struct LwipConnection::State {
  netif interface {};
  tcp_pcb* listener = nullptr;
  tcp_pcb* connection = nullptr;
  std::vector<pbuf*> prepared;
  uint32_t syn_number = 0;
  uint64_t bytes_received = 0;
  uint64_t packets_sent = 0;
};

namespace {

// lwIP has its own thread for timers, which shares the core lock with us. It is never ended.
void start_lwip_once() {
  static const bool started = [] {
    std::binary_semaphore ready(0);
    tcpip_init([](void* done) { static_cast<std::binary_semaphore*>(done)->release(); }, &ready);
    ready.acquire();
    return true;
  }();
  CHECK(started);
}

template <class State>
err_t swallow(netif* interface, pbuf* packet, const ip4_addr_t*) {
  constexpr size_t kFlagsAt = wire::kIpv4HeaderBytes + 13;
  auto* state = static_cast<State*>(interface->state);
  const auto* bytes = static_cast<const uint8_t*>(packet->payload);
  if ((bytes[kFlagsAt] & static_cast<uint8_t>(wire::TcpFlag::Syn)) != 0) {
    state->syn_number = wire::load_be32(bytes + wire::kIpv4HeaderBytes + 4);
  }
  ++state->packets_sent;
  return ERR_OK;
}

template <class State>
err_t read(void* argument, tcp_pcb* connection, pbuf* bytes, err_t) {
  CHECK(bytes != nullptr);
  static_cast<State*>(argument)->bytes_received += bytes->tot_len;
  tcp_recved(connection, bytes->tot_len);
  pbuf_free(bytes);
  return ERR_OK;
}

template <class State>
err_t accept(void* argument, tcp_pcb* connection, err_t) {
  static_cast<State*>(argument)->connection = connection;
  tcp_arg(connection, argument);
  tcp_recv(connection, read<State>);
  tcp_nagle_disable(connection);
  return ERR_OK;
}

pbuf* to_pbuf(base::ByteSpan datagram) {
  pbuf* buffer = pbuf_alloc(PBUF_RAW, static_cast<uint16_t>(datagram.size()), PBUF_RAM);
  CHECK(buffer != nullptr);
  CHECK(pbuf_take(buffer, datagram.data(), static_cast<uint16_t>(datagram.size())) == ERR_OK);
  return buffer;
}

}  // namespace

LwipConnection::LwipConnection() : state_(std::make_unique<State>()) {
  start_lwip_once();
  LOCK_TCPIP_CORE();
  ip4_addr_t address, mask, gateway;
  IP4_ADDR(&address, 10, 0, 0, 2);
  IP4_ADDR(&mask, 255, 255, 255, 0);
  IP4_ADDR(&gateway, 0, 0, 0, 0);
  const auto prepare = [](netif* interface) -> err_t {
    interface->mtu = 1500;
    interface->output = swallow<State>;
    return ERR_OK;
  };
  CHECK(netif_add(&state_->interface, &address, &mask, &gateway, state_.get(), prepare, ip_input));
  netif_set_link_up(&state_->interface);
  netif_set_up(&state_->interface);
  open();
}

LwipConnection::~LwipConnection() {
  tcp_abort(state_->connection);
  CHECK(tcp_close(state_->listener) == ERR_OK);
  netif_remove(&state_->interface);
  UNLOCK_TCPIP_CORE();
}

void LwipConnection::open() {
  tcp_pcb* fresh = tcp_new();
  CHECK(fresh != nullptr && tcp_bind(fresh, IP_ADDR_ANY, 80) == ERR_OK);
  state_->listener = tcp_listen(fresh);
  CHECK(state_->listener != nullptr);
  tcp_arg(state_->listener, state_.get());
  tcp_accept(state_->listener, accept<State>);
  SegmentMaker syn(0, wire::TcpFlag::Syn);
  prepare_next_segment(syn);
  receive_prepared();
  peer_.seq += 1;
  peer_.ack = state_->syn_number + 1;
  prepare_next_segment(bare_ack_);
  receive_prepared();
  CHECK(state_->connection != nullptr);
}

void LwipConnection::prepare_next_segment(SegmentMaker& maker) {
  state_->prepared.push_back(to_pbuf(maker.make_datagram(peer_)));
  peer_.seq += maker.payload_bytes();
}

void LwipConnection::receive_prepared() {
  for (pbuf* datagram : state_->prepared) CHECK(ip_input(datagram, &state_->interface) == ERR_OK);
  state_->prepared.clear();
}

void LwipConnection::write(base::ByteSpan bytes) {
  CHECK(tcp_write(state_->connection, bytes.data(), static_cast<uint16_t>(bytes.size()),
                  TCP_WRITE_FLAG_COPY) == ERR_OK);
}

void LwipConnection::send() { CHECK(tcp_output(state_->connection) == ERR_OK); }

void LwipConnection::acknowledge(uint32_t bytes) {
  peer_.ack += bytes;
  prepare_next_segment(bare_ack_);
  receive_prepared();
}

uint64_t LwipConnection::bytes_received() const { return state_->bytes_received; }
uint64_t LwipConnection::packets_sent() const { return state_->packets_sent; }

}  // namespace penstock::bench
