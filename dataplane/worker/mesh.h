// SPDX-License-Identifier: Apache-2.0
//
// Mesh: a ring of frames from each worker to each other, for frames that arrived at one worker and
// are another's. It carries whole frames as they came from the wire; who gets which is decided by
// the switchboard.
// Built and destroyed by control, before and after the workers. post() is called by the worker
// `from` and take() by the worker `to`, and by nobody else: every ring has one thread at each end.
// Invariants: (1) frames of one pair arrive in order; (2) a frame is in one ring or has one owner;
// (3) what nobody has taken is freed with the mesh, before the pools are.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <optional>

#include "dataplane/base/limits.h"
#include "dataplane/nic/packet.h"
#include "dataplane/worker/mailbox.h"

namespace penstock::worker {

// A frame and the port at which it arrived.
struct MeshFrame {
  nic::Packet frame;
  uint8_t port_index = 0;
};

class Mesh {
 public:
  explicit Mesh(uint32_t workers);
  Mesh(const Mesh&) = delete;
  Mesh& operator=(const Mesh&) = delete;
  ~Mesh();

  uint32_t workers() const noexcept { return workers_; }

  // False when the ring is full: the frame then stays the caller's.
  [[nodiscard]] bool post(uint32_t from, uint32_t to, MeshFrame& message) noexcept;
  // Nothing when the ring is empty.
  std::optional<MeshFrame> take(uint32_t from, uint32_t to) noexcept;

  // A worker needs nothing more; each says so once.
  void retire() noexcept { retired_.fetch_add(1, std::memory_order_acq_rel); }
  bool have_all_retired() const noexcept {
    return retired_.load(std::memory_order_acquire) == workers_;
  }

  // Memory of all rings of so many workers.
  static uint64_t bytes(uint32_t workers) noexcept;

 private:
  // What lies in a ring: the frame's buffer, which belongs to the ring meanwhile.
  struct Element {
    rte_mbuf* buffer = nullptr;
    uint8_t port_index = 0;
  };

  Mailbox<Element>& ring(uint32_t from, uint32_t to) noexcept {
    return rings_[from * workers_ + to];
  }

  uint32_t workers_;
  std::deque<Mailbox<Element>> rings_;
  std::atomic<uint32_t> retired_{0};
};

}  // namespace penstock::worker
