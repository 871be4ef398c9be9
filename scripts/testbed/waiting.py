# SPDX-License-Identifier: Apache-2.0
"""Waits for a condition with a deadline. Nothing else in the testbed waits for time to pass."""

import time

POLL_SECONDS = 0.02


def wait_until(condition, seconds, what):
    """Returns the first true value of `condition()`; raises TimeoutError naming `what`."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what}: still not so after {seconds} s")
        time.sleep(POLL_SECONDS)
