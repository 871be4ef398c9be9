# SPDX-License-Identifier: Apache-2.0
"""The load generator of the bypass wire (bench/load): its plan, its process, its answers."""

import ipaddress
import json
import select
import subprocess
import time

from rig import scenario as scenarios
from rig.scenario import HEAD_BYTES, MIB, SLOW_BYTES, SLOW_BYTES_PER_SECOND
from testbed.penstock import executable
from testbed.process import CommandFailed

SERVER, GATEWAY = "10.81.0.1", "10.81.0.254"
CLIENTS_FIRST, CLIENTS = "10.90.0.1", 16
ORIGINS_FIRST = "10.82.1.1"
CLIENT_MAC, ORIGIN_MAC = "02:00:00:00:01:01", "02:00:00:00:02:02"
SLOW_PATH = "/slow"
VERIFIED_ONE_IN = 8  # of bodies of 64 KiB and more; of smaller ones each
ANSWER_SECONDS_MAX = 90
END_SECONDS_MAX = 10


def origin_addresses(count):
    first = ipaddress.IPv4Address(ORIGINS_FIRST)
    return [str(first + index) for index in range(count)]


def response(body_bytes, keep_alive=True):
    """A head like nginx's, filled up to HEAD_BYTES, and the length of the body behind it."""
    lines = ["HTTP/1.1 200 OK", "Server: nginx", "Date: Tue, 24 Nov 2026 20:00:00 GMT",
             f"Content-Length: {body_bytes}",
             f"Connection: {'keep-alive' if keep_alive else 'close'}"]
    used = len("\r\n".join(lines)) + 4
    kind = "Content-Type: text/plain"
    lines.append(kind + " " * max(0, HEAD_BYTES - used - len(kind) - 2))
    return {"head": "\r\n".join(lines) + "\r\n\r\n", "body_bytes": body_bytes}


def plan_of(scenario):
    slow_head = f"GET {SLOW_PATH} HTTP/1.1\r\nHost: {request_host(scenario)}\r\n\r\n"
    return {
        "server": SERVER, "gateway": GATEWAY, "client_mac": CLIENT_MAC, "origin_mac": ORIGIN_MAC,
        "clients_first": CLIENTS_FIRST, "clients_count": CLIENTS,
        "origins_first": ORIGINS_FIRST, "origins_count": scenario.backends,
        "requests": [{"head": scenarios.request_head(scenario, SERVER),
                      "body_bytes": scenario.upload_bytes},
                     {"head": slow_head, "body_bytes": 0}],
        "responses": [response(scenario.body_bytes, scenario.upstream_keep_alive),
                      response(SLOW_BYTES)],
        "connections": scenario.connections, "idle_connections": scenario.idle_connections,
        "slow_clients": scenario.slow_clients, "slow_bytes_per_second": SLOW_BYTES_PER_SECOND,
        "client_keep_alive": scenario.client_keep_alive,
        "upstream_keep_alive": scenario.upstream_keep_alive,
        "verify_one_in": VERIFIED_ONE_IN if is_bulky(scenario) else 1}


def is_bulky(scenario):
    return max(scenario.body_bytes, scenario.upload_bytes) >= MIB // 16


def request_host(scenario):
    head = scenarios.request_head(scenario, SERVER)
    return next(line for line in head.split("\r\n") if line.startswith("Host: "))[len("Host: "):]


class LoadGenerator:
    """One load_generator on one core. Its sockets exist when it has been made."""

    def __init__(self, scenario, folder, core):
        plan = folder / "plan.json"
        plan.write_text(json.dumps(plan_of(scenario)), encoding="utf-8")
        self._log = open(folder / "load_generator.log", "w+b")
        # The kernel ends it with us, however we end. It polls, and whatever else runs on its core
        # would show as a latency of the system under load.
        self._process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", "nice", "-n", "-20",
             executable("bench/load/load_generator"), str(plan), str(folder), str(core)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._log, start_new_session=True)
        self._answer(ANSWER_SECONDS_MAX)

    def open(self):
        return self._order("open", ANSWER_SECONDS_MAX)

    def run(self, seconds, rate=0):
        """Lets requests pass for some seconds, at a rate or (0) at full speed."""
        return self._order(f"run {seconds} {rate}", seconds + ANSWER_SECONDS_MAX)

    def close(self):
        if self._process.poll() is None:
            self._process.stdin.close()
            try:
                self._process.wait(END_SECONDS_MAX)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._process.stdout.close()
        self._log.close()

    def _order(self, line, seconds):
        self._process.stdin.write(f"{line}\n".encode())
        self._process.stdin.flush()
        return self._answer(seconds)

    def _answer(self, seconds):
        deadline = time.monotonic() + seconds
        text = b""
        while not text.endswith(b"\n"):
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self._process.stdout], [], [], left)[0]:
                raise CommandFailed(f"the load generator did not answer within {seconds} s")
            piece = self._process.stdout.read1(65536)
            if not piece:
                raise CommandFailed(f"the load generator ended: {self._words()}")
            text += piece
        answer = json.loads(text)
        if "error" in answer:
            raise CommandFailed(f"load generator: {answer['error']}")
        return answer

    def _words(self):
        self._log.seek(0)
        return self._log.read().decode(errors="replace").strip()
