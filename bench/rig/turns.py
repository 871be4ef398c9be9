# SPDX-License-Identifier: Apache-2.0
"""Measures the systems of one scenario in turns, A B C A B C, so that noise hits all of them alike.

Each turn makes the system, measures it once and closes it: even an idle system wakes now and then,
and would disturb the one that is measured. What fails is written down, and the others go on.
"""

import contextlib
import dataclasses
import signal
import statistics

from rig.system import NotApplicable

# To start a system with all it needs, 100,000 connections and 1,000 backends included.
START_SECONDS_MAX = 180
CLOSE_SECONDS_MAX = 60
SHARE_OF_MAXIMUM = 0.5  # of its own full speed, at which the latency of a system is measured
SENTENCE_MAX = 600


class Overdue(Exception):
    """A turn took longer than it may."""


@dataclasses.dataclass
class Measured:
    """What the turns of one system gave."""

    system: str
    wire: str
    samples: list = dataclasses.field(default_factory=list)
    latencies: list = dataclasses.field(default_factory=list)
    error: str = ""  # a sentence; its turns ended there
    not_applicable: str = ""  # a sentence; it has nothing to measure in this scenario

    @property
    def goes_on(self):
        return not (self.error or self.not_applicable)

    @property
    def label(self):
        return f"{self.system}/{self.wire}"

    def half_speed(self):
        rates = [sample.requests / sample.seconds for sample in self.samples]
        return SHARE_OF_MAXIMUM * statistics.median(rates)


def measure(scenario, plan, known, say):
    """All turns of one scenario. `known`: {(name, wire): class}; `say` is told of each turn."""
    rows = [Measured(name, wire) for name, wire in plan.systems]

    def all_turns(what, turn):
        for number in range(1, plan.repeat + 1):
            for row in filter(lambda row: row.goes_on, rows):
                text = _take_turn(row, known, scenario, plan, turn)
                say(f"{scenario.name}: {row.label} {what}, {number} of {plan.repeat}: {text}")

    all_turns("at full speed", lambda row, system: _full_speed(row, system, scenario, plan.seconds))
    if not scenario.is_idle:
        all_turns("at half speed", lambda row, system: _half_speed(row, system, plan.seconds))
    return rows


def _take_turn(row, known, scenario, plan, turn):
    """Makes a system, gives it its turn and closes it; returns a line about how that went."""
    try:
        with _at_most(START_SECONDS_MAX + plan.seconds):
            system = known[row.system, row.wire](scenario, plan.cores)
            try:
                return turn(row, system)
            finally:
                system.close()
    except NotApplicable as reason:
        row.not_applicable = _sentence(reason)
        return f"not applicable: {row.not_applicable}"
    except Exception as problem:  # Whatever a system may raise, the others have their turns.
        row.error = _sentence(problem)
        return f"FAILED: {row.error}"


def _full_speed(row, system, scenario, seconds):
    sample = system.measure(seconds)
    if not sample.requests and not scenario.is_idle:
        raise RuntimeError(f"no request was answered in {sample.seconds:.1f} s; {sample.failed} "
                           f"failed. {sample.notes}".rstrip())
    row.samples.append(sample)
    text = f"{sample.requests / sample.seconds:,.0f} req/s, core busy " \
           f"{sample.busy_seconds / sample.seconds:.1%}"
    return f"{text}, {sample.failed:,} FAILED" if sample.failed else text


def _half_speed(row, system, seconds):
    latency = system.latency(row.half_speed(), seconds)
    row.latencies.append(latency)
    return (f"{latency.requests_per_second:,.0f} req/s, p50 {latency.p50:,.0f} us, "
            f"p99 {latency.p99:,.0f} us")


def _sentence(problem):
    """What an exception says, on one line."""
    text = " ".join(str(problem).split())[:SENTENCE_MAX]
    return text or type(problem).__name__


@contextlib.contextmanager
def _at_most(seconds):
    """Raises Overdue in the body after so many seconds, and again if its clean-up hangs as well."""

    def ring(*_):
        raise Overdue(f"it was not done after {seconds} s")

    handler = signal.signal(signal.SIGALRM, ring)
    timer = signal.setitimer(signal.ITIMER_REAL, seconds, CLOSE_SECONDS_MAX)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, *timer)
        signal.signal(signal.SIGALRM, handler)
