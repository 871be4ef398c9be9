# SPDX-License-Identifier: Apache-2.0
"""Starts the clients that are there beside those that are measured, and reads what they say.

They are programs of their own (idle_clients.py, slow_clients.py) and print two sorts of lines:
"ready" once all of them are as they should be, and "failed N" whenever that number has grown.
"""

import pathlib
import re
import sys

from testbed.waiting import wait_until

READY_SECONDS_MAX = 150


class BesideClients:
    def __init__(self, host, program, words, log):
        self._log = log
        log.write_bytes(b"")
        script = pathlib.Path(__file__).with_name(program)
        self._process = host.spawn([sys.executable, "-B", str(script), *map(str, words)], log)

    def wait_until_ready(self):
        def ready():
            if self._process.poll() is not None:
                raise RuntimeError(f"the clients ended: {self._text()[-2000:]}")
            return "ready" in self._text().split()

        wait_until(ready, READY_SECONDS_MAX, "the clients beside those that are measured")

    def failed(self):
        """How many have failed since they began; all the rest are as they should be."""
        if self._process.poll() is not None:
            raise RuntimeError(f"the clients ended: {self._text()[-2000:]}")
        return failed_in(self._text())

    def _text(self):
        return self._log.read_text(encoding="utf-8")


def failed_in(text):
    found = re.findall(r"^failed (\d+)$", text, re.MULTILINE)
    return int(found[-1]) if found else 0
