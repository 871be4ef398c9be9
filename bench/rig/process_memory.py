# SPDX-License-Identifier: Apache-2.0
"""Memory of the processes of a namespace, huge pages included; a shared page is counted once.

What the kernel holds for their sockets is in no process and not counted.
"""

import pathlib
import re

from testbed.run_directory import namespace_pids

COUNTED = re.compile(r"^(?:Pss|Shared_Hugetlb|Private_Hugetlb):\s+(\d+) kB$", re.MULTILINE)


def memory_kib_in(text):
    """What the text of /proc/PID/smaps_rollup says."""
    return sum(int(number) for number in COUNTED.findall(text))


def memory_kib_of(namespace):
    total = 0
    for pid in namespace_pids(namespace):
        try:
            total += memory_kib_in(
                pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii"))
        except OSError:
            pass  # It ended between the listing and the reading.
    return total
