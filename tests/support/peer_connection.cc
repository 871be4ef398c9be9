// SPDX-License-Identifier: Apache-2.0
#include "tests/support/peer_connection.h"

#include <algorithm>

#include "dataplane/nic/slice.h"

namespace penstock::testing {

void PeerConnection::abort() {
  if (over_) return;
  stream_.abort();
  stream_.release();
  over_ = true;
  close_reason_ = tcp::CloseReason::Aborted;
}

void PeerConnection::on_ready(const tcp::Ready& ready) {
  if (!ready.closed) return;
  read();
  over_ = true;
  peer_closed_ = stream_.peer_closed();
  close_reason_ = stream_.close_reason();
  stream_.release();
}

void PeerConnection::use(nic::PacketPool& pool) {
  if (over_ || !stream_.is_established()) return;
  if (reads_) read();
  write(pool);
  if (closes_ && is_flushed()) stream_.close();
}

void PeerConnection::read() {
  nic::SliceQueue& queue = stream_.received();
  while (!queue.empty()) {
    if (sink_) {
      sink_(queue.front());
    } else {
      received_ += base::as_text(queue.front());
    }
    queue.pop_front();
  }
  stream_.consumed();
  peer_closed_ = stream_.peer_closed();
}

void PeerConnection::write(nic::PacketPool& pool) {
  while (!is_flushed() && stream_.write_space() > 0) {
    nic::Slice slice = pool.allocate_slice();
    if (!slice) return;
    size_t count = 0;
    if (!outbox_.empty()) {
      count = outbox_.copy(reinterpret_cast<char*>(slice.room().data()), slice.room().size());
      outbox_.erase(0, count);
    } else {
      count = source_(slice.room());
      if (count == 0) source_ = nullptr;
    }
    slice.commit(static_cast<uint32_t>(count));
    if (count > 0) stream_.write(std::move(slice));
  }
}

}  // namespace penstock::testing
