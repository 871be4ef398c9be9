# SPDX-License-Identifier: Apache-2.0
"""Requests at full speed, by wrk: as many at once as there are connections, one thread."""

import dataclasses
import math
import re

from rig.config_template import PEERS

TIMEOUT_SECONDS = 10
END_SECONDS_MAX = 30


@dataclasses.dataclass(frozen=True)
class FullSpeed:
    seconds: float
    requests: int  # answered
    failed: int  # answered by 400 or more, cut, refused or late
    received_bytes: int  # heads too, and answers that the end cut short


def run_wrk(host, request, connections, seconds):
    """Returns when it is over. wrk knows only whole seconds."""
    whole = max(1, math.ceil(seconds))
    done = host.run(wrk_words(request, connections, whole), seconds=whole + END_SECONDS_MAX)
    return full_speed_in(done.stdout)


def wrk_words(request, connections, seconds):
    return ["wrk", "--threads", "1", "--connections", str(connections), "--duration",
            f"{seconds}s", "--timeout", f"{TIMEOUT_SECONDS}s", "--script",
            str(PEERS / "wrk_report.lua"), *request.field_words(), request.url, "--",
            str(request.upload_bytes)]


def full_speed_in(text):
    """What wrk_report.lua printed."""
    line = re.search(r"^report: (.*)$", text, re.MULTILINE)
    if not line:
        raise ValueError(f"wrk has printed no report:\n{text}")
    words = line.group(1).split()
    count = {name: int(number) for name, number in zip(words[::2], words[1::2])}
    failed = sum(count[name] for name in ("connect", "read", "write", "status", "timeout"))
    return FullSpeed(count["microseconds"] / 1e6, count["requests"] - count["status"], failed,
                     count["bytes"])
