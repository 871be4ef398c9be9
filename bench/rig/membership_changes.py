# SPDX-License-Identifier: Apache-2.0
"""Backends that are drained and brought back at a given pace while something is measured.

HELD backends are out at any time: each change takes the next one out or brings the oldest back.
"""

import threading
import time

HELD = 10


def change_number(number, backends):
    """(index of the backend, whether it is taken out) of the change of this number."""
    turn = number // 2
    return (turn + HELD) % backends if number % 2 == 0 else turn % backends, number % 2 == 0


class MembershipChanges:
    """Calls `change(index, out)` at the pace, from when it is entered until it is left."""

    def __init__(self, change, backends, per_second):
        self._change, self._backends, self._per_second = change, backends, per_second
        self._number, self._problem = 0, None
        self._over, self._thread = threading.Event(), None
        self.made = 0  # since it was last entered
        if per_second:
            for index in range(HELD):
                change(index, out=True)

    def __enter__(self):
        self.made = 0
        self._over.clear()
        if self._per_second:
            self._thread = threading.Thread(target=self._run, name="membership")
            self._thread.start()
        return self

    def __exit__(self, *_):
        if self._thread is None:
            return
        self._over.set()
        self._thread.join()
        self._thread = None
        if self._problem is not None:
            raise self._problem

    def _run(self):
        begin = time.monotonic()
        try:
            while not self._over.wait(max(0.0, self._due(begin) - time.monotonic())):
                index, out = change_number(self._number, self._backends)
                self._change(index, out=out)
                self._number += 1
                self.made += 1
        except Exception as problem:  # Told by the thread that measures.
            self._problem = problem

    def _due(self, begin):
        return begin + (self.made + 1) / self._per_second
