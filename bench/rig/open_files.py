# SPDX-License-Identifier: Apache-2.0
"""How many files a process may open, which bounds the connections of a system of the kernel's.

Programs inherit the limit of the rig, and the rig raises its own where it may: only a process with
CAP_SYS_RESOURCE can go beyond the hard limit it was given.
"""

import resource


def allow(count):
    """Raises the limit to `count` if it is lower and may be raised; returns the limit."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < count:
        for new_hard in (max(count, hard), hard):
            try:
                resource.setrlimit(resource.RLIMIT_NOFILE, (min(count, new_hard), new_hard))
                break
            except (ValueError, OSError):
                continue  # Not allowed, or above fs.nr_open: as many as there may be.
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]
