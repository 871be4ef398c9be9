# SPDX-License-Identifier: Apache-2.0
"""wrk that runs while something else happens, and is read afterwards."""

from testbed.client import wrk_result
from testbed.waiting import wait_until


class BackgroundLoad:
    """Keep-alive requests for a number of seconds, from when this is made."""

    def __init__(self, bed, host_name, seconds, url_path="/load", connections=16):
        self._seconds = seconds
        self._log = bed.run.path / "client" / f"{host_name}.wrk"
        self._log.write_bytes(b"")
        self._daemon, self._before = bed.daemon, bed.daemon.requests()
        words = bed.client.wrk_words(url_path, host_name, seconds, connections)
        self._wrk = bed.network.client.spawn(words, self._log)

    def wait_for(self, requests, seconds=10):
        """Returns when so many requests have reached penstockd since the load began."""
        wait_until(lambda: self._daemon.requests() - self._before >= requests, seconds,
                   f"{requests} requests under load")

    def running(self):
        return self._wrk.poll() is None

    def finish(self):
        """Waits for its end and returns what wrk saw."""
        wait_until(lambda: not self.running(), self._seconds + 30, "wrk ending")
        return wrk_result(self._log.read_text(encoding="utf-8"))
