# SPDX-License-Identifier: Apache-2.0
"""What `penstock status` has counted since an earlier one."""

GAUGES = {"connections_open", "connections_idle", "exchanges_open", "requests_open", "pending"}


def since(before, now):
    """The same tree, each number but the gauges less what it was; nothing that did not count."""
    if isinstance(now, dict):
        return {key: value if key in GAUGES else since(before.get(key), value)
                for key, value in now.items()}
    if isinstance(now, list):
        return [since(*pair) for pair in zip(before, now)]
    return now - (before or 0) if isinstance(now, (int, float)) else now
