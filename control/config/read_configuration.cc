// SPDX-License-Identifier: Apache-2.0
#include "control/config/read_configuration.h"

namespace penstock::config {

model::Configuration read_configuration(const Node& root, Reading& reading) {
  model::Configuration configuration;
  Section top(reading, root, "");
  // Before the pools, whose defaults are here.
  read_process(top, configuration);
  read_rate_limits(top, configuration);
  read_http(top, configuration);
  read_network(top, configuration);
  read_pools(top, configuration);
  read_rules(top, configuration);
  top.finish();
  return configuration;
}

}  // namespace penstock::config
