// SPDX-License-Identifier: Apache-2.0
//
// EalLog: where DPDK's messages go. It keeps the first lines since it was cleared, so
// that a failure can be told to the operator in DPDK's own words as part of one sentence, and lets
// nothing reach the terminal.
// Written by any thread that DPDK logs from; read by the control thread.
// Invariant: the stream stays valid until DPDK has been told to use another.
#pragma once

#include <cstdio>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace penstock::nic {

class EalLog {
 public:
  static constexpr size_t kLinesMax = 32;

  EalLog();
  EalLog(const EalLog&) = delete;
  EalLog& operator=(const EalLog&) = delete;
  ~EalLog();

  FILE* stream() noexcept { return stream_; }
  // Without its line end; empty when nothing was logged.
  std::string first_line() const;
  void clear();

  void append(std::string_view text);

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> lines_;
  std::string unfinished_;
  FILE* stream_;
};

}  // namespace penstock::nic
