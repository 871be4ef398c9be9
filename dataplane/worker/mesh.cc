// SPDX-License-Identifier: Apache-2.0
#include "dataplane/worker/mesh.h"

#include "dataplane/base/check.h"

namespace penstock::worker {

namespace {

// A worker has nothing to say to itself.
constexpr uint32_t kNoMessages = 2;

}  // namespace

Mesh::Mesh(uint32_t workers) : workers_(workers) {
  CHECK(workers > 0 && workers <= base::kWorkersMax);
  for (uint32_t from = 0; from < workers; ++from) {
    for (uint32_t to = 0; to < workers; ++to) {
      rings_.emplace_back(from == to ? kNoMessages : base::kMeshFramesMax);
    }
  }
}

Mesh::~Mesh() {
  for (Mailbox<Element>& each : rings_) {
    while (const auto left = each.take()) nic::Packet(left->buffer);
  }
}

bool Mesh::post(uint32_t from, uint32_t to, MeshFrame& message) noexcept {
  DCHECK(from != to && message.frame);
  if (!ring(from, to).post({message.frame.buffer(), message.port_index})) return false;
  (void)message.frame.release();
  return true;
}

std::optional<MeshFrame> Mesh::take(uint32_t from, uint32_t to) noexcept {
  const auto element = ring(from, to).take();
  if (!element) return std::nullopt;
  return MeshFrame{nic::Packet(element->buffer), element->port_index};
}

uint64_t Mesh::bytes(uint32_t workers) noexcept {
  return uint64_t{workers} * (workers - 1) * base::kMeshFramesMax * sizeof(Element);
}

}  // namespace penstock::worker
