// SPDX-License-Identifier: Apache-2.0
//
// penstockd: checks the configuration and the machine, then serves.
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <cstdio>
#include <memory>
#include <utility>

#include "control/compile/configuration_check.h"
#include "control/daemon/machine.h"
#include "control/daemon/options.h"
#include "control/daemon/preflight.h"
#include "control/daemon/service.h"
#include "control/daemon/signals.h"

namespace penstock {
namespace {

int refuse(const std::string& sentence) {
  const bool ends = sentence.ends_with('.');
  std::fprintf(stderr, "penstockd: %s%s\n", sentence.c_str(), ends ? "" : ".");
  return 1;
}

void print(const model::Problems& problems) {
  for (const model::Problem& problem : problems) {
    std::fprintf(stderr, "%s\n", problem.format().c_str());
  }
}

void start_log(model::Log::Level level) {
  auto logger =
      std::make_shared<spdlog::logger>("", std::make_shared<spdlog::sinks::stderr_sink_mt>());
  logger->set_pattern("%Y-%m-%dT%H:%M:%S.%e %l %v");
  switch (level) {
    case model::Log::Level::Debug:
      logger->set_level(spdlog::level::debug);
      break;
    case model::Log::Level::Info:
      logger->set_level(spdlog::level::info);
      break;
    case model::Log::Level::Warning:
      logger->set_level(spdlog::level::warn);
      break;
    case model::Log::Level::Error:
      logger->set_level(spdlog::level::err);
      break;
  }
  spdlog::set_default_logger(std::move(logger));
}

int run(const daemon::Options& options) {
  compile::Checked checked = compile::check_file(options.configuration_file);
  print(checked.problems);
  print(checked.warnings);
  if (!checked.ok()) return 1;
  if (options.task == daemon::Task::Check) return 0;
  if (auto obstacle = daemon::preflight(checked.configuration, daemon::read_machine())) {
    return refuse(*obstacle);
  }
  start_log(checked.configuration.log.level);
  daemon::Signals signals;
  const auto obstacle = daemon::serve(options.configuration_file, std::move(checked), signals);
  return obstacle ? refuse(*obstacle) : 0;
}

}  // namespace
}  // namespace penstock

int main(int argc, char** argv) {
  auto parsed = penstock::daemon::parse_options(argc, argv);
  if (const auto* end = std::get_if<penstock::daemon::EndAtOnce>(&parsed)) {
    std::fputs(end->output.c_str(), stdout);
    std::fputs(end->error.c_str(), stderr);
    return end->exit_status;
  }
  return penstock::run(std::get<penstock::daemon::Options>(parsed));
}
