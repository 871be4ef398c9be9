# SPDX-License-Identifier: Apache-2.0
"""penstockd on the load balancer's host, and the operator's tool `penstock` that talks to it."""

import json
import os
import pathlib
import re
import signal

from testbed import process
from testbed.waiting import wait_until

ROOT = pathlib.Path(__file__).resolve().parents[2]
READY_SECONDS_MAX = 20
DRAIN_SECONDS_MAX = 40
SETTLE_SECONDS_MAX = 5


def executable(name):
    """A program of the build under test: build/release, or the folder named by PENSTOCK_BUILD."""
    path = ROOT / os.environ.get("PENSTOCK_BUILD", "build/release") / name
    if not path.exists():
        raise FileNotFoundError(f"{path} is not built: run ./scripts/build")
    return str(path)


def with_socket(text, socket):
    """The same configuration with its admin socket elsewhere, so that several may run at once."""
    setting = f'admin = {{ socket = "{socket}"; }};\n'
    group = re.compile(r"^admin\s*[=:]\s*\{[^}]*\}\s*;?[^\n]*\n", re.MULTILINE)
    return group.sub(setting, text) if group.search(text) else text + "\n" + setting


class Daemon:
    """One penstockd. Its log is kept in the run's folder."""

    def __init__(self, network, home):
        self.network, self.home = network, home
        home.mkdir()
        self.socket = home / "admin.sock"
        self.file = home / "penstock.cfg"
        self.log = home / "penstockd.log"
        self._process = None

    def write(self, text):
        self.file.write_text(with_socket(text, self.socket), encoding="utf-8")

    def start(self):
        """Starts it with the configuration last written; returns when it serves."""
        self.log.write_bytes(b"")
        self._process = self.network.lb.spawn([executable("penstockd"), str(self.file)], self.log)
        self.network.join_taps(self.check_alive)

        def ready():
            self.check_alive()
            return re.search(r"\bready\b", self.log_text())

        wait_until(ready, READY_SECONDS_MAX, "penstockd saying that it is ready")

    def log_text(self):
        return self.log.read_text(encoding="utf-8", errors="replace")

    def running(self):
        return self._process is not None and self._process.poll() is None

    def check_alive(self):
        if not self.running():
            raise RuntimeError(f"penstockd ended with {self._process.returncode}:\n"
                               f"{self.log_text()[-2000:]}")

    @property
    def pid(self):
        return self._process.pid

    def signal(self, number):
        self._process.send_signal(number)

    def kill(self):
        """Ends it at once, as a power cut would."""
        self._process.kill()
        self._process.wait()

    def wait(self, seconds=DRAIN_SECONDS_MAX):
        """Returns the exit status, once it has ended by itself."""
        wait_until(lambda: self._process.poll() is not None, seconds, "penstockd ending")
        return self._process.returncode

    def stop(self):
        """Drains and ends it, if it runs; returns its exit status."""
        if not self.running():
            return None
        self.signal(signal.SIGTERM)
        return self.wait()

    def memory_kib(self):
        """What is resident now."""
        return self._memory("VmRSS")

    def peak_memory_kib(self):
        return self._memory("VmHWM")

    def _memory(self, name):
        status = pathlib.Path(f"/proc/{self._process.pid}/status").read_text(encoding="ascii")
        return int(re.search(rf"{name}:\s+(\d+) kB", status).group(1))

    def tool(self, *words, accept=(0,)):
        """Runs `penstock` against this daemon."""
        return process.run([executable("penstock"), "--socket", str(self.socket), *words],
                           accept=accept)

    def status(self):
        return json.loads(self.tool("status", "--json").stdout)

    def settled_counters(self):
        """All counters, once no frame is on its way from one worker to another."""

        def settled():
            counters = self.status()["counters"]
            return counters["frames_handed_over"] == counters["frames_taken_over"] and counters

        return wait_until(settled, SETTLE_SECONDS_MAX, "workers taking what they were handed")

    def backends(self):
        return json.loads(self.tool("backends", "--json").stdout)

    def requests(self):
        """Requests received since its start."""
        return self.status()["counters"]["requests"]

    def explain(self, method, url, *words):
        return json.loads(self.tool("explain", method, url, *words, "--json").stdout)


def run_daemon(words, seconds=READY_SECONDS_MAX, prefix=()):
    """Runs a penstockd that is expected to end by itself; returns the CompletedProcess."""
    return process.run([*prefix, executable("penstockd"), *words], seconds=seconds, accept=None)


def run_tool(*words):
    return process.run([executable("penstock"), *words], accept=None)
