// SPDX-License-Identifier: Apache-2.0
//
// The access log: takes finished exchanges from the workers' mailboxes and writes a line for each.
// It never holds a worker up: when it is too slow, the worker counts the lost record.
// reopen() for log rotation: after the file was renamed, lines go to a new one of the old name.
// One control thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "dataplane/base/result.h"
#include "dataplane/proxy/access_record.h"
#include "dataplane/worker/channel.h"

namespace spdlog {
class logger;
}

namespace penstock::stats {

class AccessLog {
 public:
  // "-" is standard output. A file is created, or appended to; a refusal is a sentence.
  static base::Result<AccessLog, std::string> open(const std::string& path);

  // Writes all that the worker has posted; says how many lines.
  uint64_t drain(worker::Channel& channel);
  void flush();
  // On failure the old file stays in use.
  base::Result<base::Done, std::string> reopen();

 private:
  AccessLog(std::string path, std::shared_ptr<spdlog::logger> logger);

  std::string path_;
  std::shared_ptr<spdlog::logger> logger_;
};

}  // namespace penstock::stats
