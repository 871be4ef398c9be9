# SPDX-License-Identifier: Apache-2.0
"""Real clients on the client host: curl for one request, wrk and ab for many."""

import dataclasses
import itertools
import json
import math
import re

REQUEST_SECONDS_MAX = 30


@dataclasses.dataclass
class Response:
    status: int  # 0 when no response came
    headers: dict
    body: bytes
    new_connections: int
    failure: str  # what curl said, empty when the response came whole

    @property
    def origin(self):
        return self.headers.get("x-origin", "")


@dataclasses.dataclass
class Load:
    requests: int
    failed: int
    per_second: float
    text: str


class Client:
    def __init__(self, host, virtual, home):
        self.host, self.virtual, self.home = host, virtual, home
        home.mkdir()
        self._numbers = itertools.count(1)

    def curl_words(self, url, *words):
        """A curl command that asks Penstock for `url` whatever the name in it resolves to."""
        return ["curl", "--silent", "--show-error", "--max-time", str(REQUEST_SECONDS_MAX),
                "--connect-to", f"::{self.virtual}:80", *words, url]

    def request(self, url, *words, seconds=REQUEST_SECONDS_MAX):
        return self.requests([url], *words, seconds=seconds)[0]

    def requests(self, urls, *words, seconds=REQUEST_SECONDS_MAX):
        """Asks for each URL in turn with one curl, which keeps its connection where it can."""
        number = next(self._numbers)
        files = [self.home / f"{number}.{index}" for index in range(len(urls))]
        command = self.curl_words(urls[0], *words, "--max-time", str(seconds))[:-1]
        for index, (url, file) in enumerate(zip(urls, files)):
            if index:
                command += ["--next", *self.curl_words(url, *words)[1:-1]]
            command += ["--dump-header", f"{file}.head", "--output", f"{file}.body",
                        "--write-out", "%{json}\\n", url]
        done = self.host.run(command, seconds=seconds * len(urls) + 5, accept=None)
        reports = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
        return [self._response(report, file) for report, file in zip(reports, files)]

    @staticmethod
    def _response(report, file):
        head, body = (file.with_name(f"{file.name}.{part}") for part in ("head", "body"))
        headers = {}
        if head.exists():
            for line in head.read_text(encoding="latin-1").splitlines():
                name, colon, value = line.partition(":")
                if colon:
                    headers[name.strip().lower()] = value.strip()
        whole = body.read_bytes() if body.exists() else b""
        for path in (head, body):
            path.unlink(missing_ok=True)
        return Response(report["http_code"], headers, whole, report["num_connects"],
                        report.get("errormsg") or "")

    def keep_alive_load(self, url_path, host_name, requests, connections=32):
        """wrk: at least `requests` requests over connections that stay open.

        wrk counts seconds, not requests: a short round tells the pace, the next do the rest.
        """
        total = Load(0, 0, 0.0, "")
        while total.requests < requests:
            left = requests - total.requests
            seconds = min(30, math.ceil(1.05 * left / total.per_second)) if total.requests else 1
            done = self.host.run(self.wrk_words(url_path, host_name, seconds, connections),
                                 seconds=seconds + 20)
            now = wrk_result(done.stdout)
            total = Load(total.requests + now.requests, total.failed + now.failed, now.per_second,
                         total.text + now.text)
            if not now.requests:
                break
        return total

    def wrk_words(self, url_path, host_name, seconds, connections=32):
        return ["wrk", "--threads", "1", "--connections", str(connections), "--duration",
                f"{seconds}s", "--timeout", "10s", "--header", f"Host: {host_name}",
                f"http://{self.virtual}{url_path}"]

    def connection_load(self, url_path, host_name, requests, connections=32, seconds=120):
        """ab: `requests` requests, a connection for each."""
        done = self.host.run(
            ["ab", "-q", "-l", "-t", str(seconds), "-n", str(requests), "-c", str(connections),
             "-s", "10", "-H", f"Host: {host_name}", f"http://{self.virtual}{url_path}"],
            seconds=seconds + 20)
        return ab_result(done.stdout)


def wrk_result(text):
    """Failed are what wrk calls socket errors, and answers that are neither 2xx nor 3xx."""
    requests = re.search(r"(\d+) requests in", text)
    errors = re.search(r"errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", text)
    refused = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
    rate = re.search(r"Requests/sec:\s+([\d.]+)", text)
    failed = sum(int(number) for number in errors.groups()) if errors else 0
    failed += int(refused.group(1)) if refused else 0
    return Load(int(requests.group(1)), failed, float(rate.group(1)), text)


def ab_result(text):
    def number(label):
        match = re.search(rf"{label}:\s+([\d.]+)", text)
        return float(match.group(1)) if match else 0.0

    failed = int(number("Failed requests")) + int(number("Non-2xx responses"))
    return Load(int(number("Complete requests")), failed, number("Requests per second"), text)
