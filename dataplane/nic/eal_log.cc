// SPDX-License-Identifier: Apache-2.0
#include "dataplane/nic/eal_log.h"

#include "dataplane/base/check.h"

namespace penstock::nic {

namespace {

ssize_t write_to_log(void* cookie, const char* text, size_t size) {
  static_cast<EalLog*>(cookie)->append({text, size});
  return static_cast<ssize_t>(size);
}

}  // namespace

EalLog::EalLog()
    : stream_(fopencookie(
          this, "w", {.read = nullptr, .write = write_to_log, .seek = nullptr, .close = nullptr})) {
  CHECK(stream_ != nullptr);
}

EalLog::~EalLog() { std::fclose(stream_); }

std::string EalLog::first_line() const {
  const std::lock_guard lock(mutex_);
  return lines_.empty() ? unfinished_ : lines_.front();
}

void EalLog::clear() {
  const std::lock_guard lock(mutex_);
  lines_.clear();
  unfinished_.clear();
}

void EalLog::append(std::string_view text) {
  const std::lock_guard lock(mutex_);
  for (const char c : text) {
    if (c != '\n') {
      unfinished_ += c;
      continue;
    }
    if (unfinished_.empty()) continue;
    if (lines_.size() < kLinesMax) lines_.push_back(unfinished_);
    unfinished_.clear();
  }
}

}  // namespace penstock::nic
