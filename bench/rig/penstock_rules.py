# SPDX-License-Identifier: Apache-2.0
"""The rules of a scenario as Penstock's configuration says them."""

from rig import scenario as scenarios


def rules_of(scenario):
    if scenario.rules == 1:
        return '  { forward = "all"; }'
    hosts_and_paths = map(scenarios.host_and_path, range(scenario.rules))
    return ",\n".join(f'  {{ hosts = ["{host}"]; path_prefix = "{path}"; forward = "all"; }}'
                      for host, path in hosts_and_paths)
