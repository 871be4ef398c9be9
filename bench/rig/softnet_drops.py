# SPDX-License-Identifier: Apache-2.0
"""Packets that the kernel has dropped because the queue of the core that had to receive them was
full. Its length is a setting of the whole host, which the rig does not touch."""

import pathlib


def drops_in(text):
    """The sum of the second column of /proc/net/softnet_stat, over all cores."""
    return sum(int(line.split()[1], 16) for line in text.splitlines())


def softnet_drops():
    return drops_in(pathlib.Path("/proc/net/softnet_stat").read_text(encoding="ascii"))
