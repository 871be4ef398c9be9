// SPDX-License-Identifier: Apache-2.0
#include "control/daemon/options.h"

#include <CLI/CLI.hpp>
#include <sstream>

#include "control/compile/version.h"

namespace penstock::daemon {

std::variant<Options, EndAtOnce> parse_options(int argc, const char* const* argv) {
  Options options;
  CLI::App app("Penstock, an application load balancer that owns its network cards.", "penstockd");
  app.set_version_flag("--version", std::string("penstockd ") + compile::version());
  app.add_option("CONFIG", options.configuration_file, "the configuration file")->required();
  bool check = false;
  app.add_flag("--check", check, "say what is wrong with CONFIG, and do not serve");
  app.footer("SIGHUP reads CONFIG again; SIGTERM and SIGINT finish open exchanges and end.");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& end) {
    std::ostringstream output;
    std::ostringstream error;
    const int status = app.exit(end, output, error);
    return EndAtOnce{status == 0 ? 0 : 1, output.str(), error.str()};
  }
  if (check) options.task = Task::Check;
  return options;
}

}  // namespace penstock::daemon
