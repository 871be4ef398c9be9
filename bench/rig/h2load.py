# SPDX-License-Identifier: Apache-2.0
"""Requests at a given rate, by h2load over HTTP/1.1, and how long each of them took.

Connections that are kept send at their share of the rate, from when they were opened; they are
opened one after the other, so that they do not all send at once. What a connection cannot send in
time because the answer before is late, it sends later: where the rate is not reached, the times say
too little. Where a connection serves one request, connections are opened at the rate.

A number of requests ends a run, not a time (`--duration`): with --rps, h2load 1.52 waits for ever
for connections that have nothing to do when the time is over.
"""

import dataclasses
import math

from rig.system import Latency

END_SECONDS_MAX = 60
# How far the rate of opening may be off, as a share, because h2load takes whole numbers of
# connections and milliseconds.
OPENING_ERROR_MAX = 0.02


@dataclasses.dataclass(frozen=True)
class Pace:
    requests: int
    clients: int  # connections, in all
    opened: int  # of them, at a time
    period_ms: int  # between two such times
    per_client: float  # requests a second; 0: one each

    @property
    def opening_seconds(self):
        return self.clients / self.opened * self.period_ms / 1000


def pace_of(scenario, requests_per_second, seconds):
    requests = max(1, round(requests_per_second * seconds))
    if not scenario.client_keep_alive:
        opened, period_ms = opening_at(requests_per_second)
        return Pace(requests, requests, opened, period_ms, 0)
    # Each connection makes at least two requests, also where the answers are few and big. They are
    # opened at the rate at which they will send together, so that it is even from the beginning.
    clients = max(1, min(scenario.connections, requests // 2))
    opened, period_ms = opening_at(requests_per_second)
    return Pace(requests, clients, min(opened, clients), period_ms, requests_per_second / clients)


def opening_at(per_second):
    """(connections at a time, milliseconds between) that come near the rate, smallest first."""
    for period_ms in range(1, 1000):
        opened = round(per_second * period_ms / 1000)
        if opened and abs(opened * 1000 / period_ms / per_second - 1) <= OPENING_ERROR_MAX:
            return opened, period_ms
    return 1, round(1000 / per_second)


def run_h2load(host, request, pace, home):
    """The Latency of the answers that were right; raises if there is none."""
    log = home / "h2load.log"
    log.unlink(missing_ok=True)  # h2load appends.
    seconds = pace.requests / (pace.per_client * pace.clients or 1) + pace.opening_seconds
    host.run(h2load_words(request, pace, log, home), seconds=seconds + END_SECONDS_MAX)
    return latency_in(log.read_text(encoding="ascii"), pace.opening_seconds)


def h2load_words(request, pace, log, home):
    words = ["h2load", "--h1", "--threads", "1", "--requests", str(pace.requests), "--clients",
             str(pace.clients), "--rate", str(pace.opened), "--rate-period",
             f"{pace.period_ms}ms", "--log-file", str(log),
             # A second Host would be sent beside the one of the URL; this replaces that one.
             *request.field_words(":authority")]
    if pace.per_client:
        words += ["--rps", f"{pace.per_client:.6f}"]
    if request.upload_bytes:
        words += ["--data", str(home / "upload")]
    return [*words, request.url]


def latency_in(text, opening_seconds):
    """Of h2load's log: start in microseconds since the epoch, status, microseconds to the end."""
    rows = [tuple(map(int, line.split("\t")[:3])) for line in text.splitlines()]
    times = sorted(time for _, status, time in rows if status == 200)
    if not times:
        raise ValueError("h2load has got no right answer")
    rate = rate_of(sorted(start for start, _, _ in rows), opening_seconds * 1e6)
    return Latency(rate * len(times) / len(rows), quantile(times, 0.5), quantile(times, 0.99),
                   quantile(times, 0.999))


def rate_of(starts, opening):
    """Starts a second, of a sorted list of microseconds. While connections are opened, and once
    some have done their part, the rate is another; that time is left out where there is enough."""
    begin, end = starts[0], starts[-1]
    if end - begin > 4 * opening:
        begin, end = begin + opening, end - opening
    within = sum(begin <= start <= end for start in starts)
    return (within - 1) / ((end - begin) / 1e6) if end > begin else float(within)


def quantile(ordered, share):
    """The smallest value that at least this share of them do not exceed."""
    return float(ordered[max(0, math.ceil(share * len(ordered)) - 1)])
