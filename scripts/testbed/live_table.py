# SPDX-License-Identifier: Apache-2.0
"""A small table of what penstockd does now, drawn again every second."""

import sys
import time

SECONDS_BETWEEN = 1.0
CLEAR_LINE, UP = "\x1b[K", "\x1b[{}A"


class LiveTable:
    def __init__(self, daemon, output=sys.stdout):
        self._daemon, self._output = daemon, output
        self._before, self._at, self._drawn = None, None, 0

    def lines(self):
        """Reads the counters and returns the table; the first one has no rate yet."""
        requests, now = self._daemon.requests(), time.monotonic()
        elapsed = now - self._at if self._at else 0
        rate = (requests - self._before) / elapsed if elapsed else 0.0
        self._before, self._at = requests, now
        table = [f"{requests:>10} requests   {rate:>8.0f} a second", ""]
        table.append(f"{'pool':<12} {'backend':<10} {'address':<16} {'state':<9} "
                     f"{'requests':>9} {'open':>5} {'failed':>7}")
        for pool in self._daemon.backends()["pools"]:
            for backend in pool["backends"]:
                failed = backend["connect_failures"] + backend["resets"]
                table.append(f"{pool['name']:<12} {backend['name']:<10} {backend['address']:<16} "
                             f"{backend['state']:<9} {backend['requests']:>9} "
                             f"{backend['exchanges_open']:>5} {failed:>7}")
        return table

    def draw(self):
        lines = self.lines()
        if self._drawn and self._output.isatty():
            self._output.write(UP.format(self._drawn))
        self._output.write("".join(f"{line}{CLEAR_LINE if self._output.isatty() else ''}\n"
                                   for line in lines))
        self._output.flush()
        self._drawn = len(lines)

    def run(self):
        """Until an exception, such as Ctrl-C, ends it."""
        while True:
            self._daemon.check_alive()
            self.draw()
            time.sleep(SECONDS_BETWEEN)
