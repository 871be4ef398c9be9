# SPDX-License-Identifier: Apache-2.0
"""hping3 on a host of its own: segments that belong to nobody, bounded in count and in time.

The host is also where a gateway would be: what is sent in answer to invented sources goes there and
meets a host that forwards nothing.
"""

from testbed.waiting import wait_until


class Flood:
    ADDRESS = "10.80.1.66"

    def __init__(self, network, run):
        self._network = network
        self._host = network.attach(run, "flood", self.ADDRESS, "br-client")
        self._log = run.path / "flood.log"

    def start(self, target, words, per_second, seconds):
        """Sends `per_second` times `seconds` segments and ends; `words` say which."""
        self._hping = self._host.spawn(
            ["timeout", "--signal", "KILL", str(seconds + 5), "hping3", "--quiet", "--numeric",
             "--destport", "80", "--interval", f"u{1_000_000 // per_second}", "--count",
             str(per_second * seconds), *words, target], self._log)

    def sent(self):
        """Frames that have left the host."""
        return int(self._host.run(["cat", "/sys/class/net/eth0/statistics/tx_packets"]).stdout)

    def running(self):
        return self._hping.poll() is None

    def stop(self):
        self._host.kill_all()
        wait_until(lambda: not self.running(), 10, "hping3 ending")

    def close(self):
        self._network.detach(self._host)
