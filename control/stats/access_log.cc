// SPDX-License-Identifier: Apache-2.0
#include "control/stats/access_log.h"

#include <spdlog/logger.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <optional>
#include <utility>

#include "control/stats/access_line.h"

namespace penstock::stats {
namespace {

using OpenedLogger = base::Result<std::shared_ptr<spdlog::logger>, std::string>;

OpenedLogger open_logger(const std::string& path) {
  try {
    spdlog::sink_ptr sink;
    if (path == "-") {
      sink = std::make_shared<spdlog::sinks::stdout_sink_st>();
    } else {
      sink = std::make_shared<spdlog::sinks::basic_file_sink_st>(path);
    }
    auto logger = std::make_shared<spdlog::logger>("access", std::move(sink));
    logger->set_pattern("%v");
    return logger;
  } catch (const spdlog::spdlog_ex& error) {
    return base::Failure{"the access log cannot be opened: " + std::string(error.what())};
  }
}

}  // namespace

base::Result<AccessLog, std::string> AccessLog::open(const std::string& path) {
  OpenedLogger logger = open_logger(path);
  if (!logger.ok()) return base::Failure{logger.error()};
  return AccessLog(path, std::move(logger).value());
}

AccessLog::AccessLog(std::string path, std::shared_ptr<spdlog::logger> logger)
    : path_(std::move(path)), logger_(std::move(logger)) {}

uint64_t AccessLog::drain(worker::Channel& channel) {
  uint64_t lines = 0;
  while (const std::optional<proxy::AccessRecord> record = channel.access_records.take()) {
    logger_->info(access_line(*record, channel.wall_offset.ns()));
    ++lines;
    // A worker that posts as fast as we write must not keep the control thread for ever.
    if (lines == base::kAccessRecordsMax) break;
  }
  return lines;
}

void AccessLog::flush() { logger_->flush(); }

base::Result<base::Done, std::string> AccessLog::reopen() {
  OpenedLogger logger = open_logger(path_);
  if (!logger.ok()) return base::Failure{logger.error()};
  flush();
  logger_ = std::move(logger).value();
  return base::Done{};
}

}  // namespace penstock::stats
