# SPDX-License-Identifier: Apache-2.0
"""From what was measured to the results that are written down. Pure functions; units in the names.

A system is judged by the core that is measured, and not by the wall clock: where clients and
origins are slower than the system, the core has idle time, and the rates per core leave it out.
"""

import statistics

FORMAT = 1
SUBJECT = ("penstock", "bypass")  # what ratios are about

# What the table of a scenario compares, by Scenario.headline.
HEADLINES = {"requests": "requests_per_second_per_core", "bytes": "bytes_per_second_per_core",
             "cpu": "busy_share"}


def document(scenarios):
    """The whole file, from what of_scenario() made."""
    return {"format": FORMAT, "scenarios": scenarios}


def of_scenario(scenario, rows, about):
    """One scenario. `rows`: Measured of each system; `about`: machine, commit, command, date"""
    results = [of_system(row, about["machine"]) for row in rows]
    return {"scenario": scenario.name, "what": scenario.what, "headline": scenario.headline,
            **about, "results": results, "ratios": ratios(results, scenario.headline)}


def of_system(row, machine):
    """One system on one wire. What could not be measured is None."""
    samples = row.samples
    by_perf = bool(samples) and all(sample.core_cycles is not None for sample in samples)
    clock, mhz = clock_of(machine)

    def over(value):
        return spread([value(sample) for sample in samples])

    return {
        "system": row.system, "wire": row.wire, "runs": len(samples),
        "requests_per_second": over(lambda run: run.requests / run.seconds),
        "requests_per_second_per_core": over(lambda run: _per(run.requests, run.busy_seconds)),
        "bytes_per_second_per_core": over(lambda run: _per(run.body_bytes, run.busy_seconds)),
        "busy_share": over(lambda run: run.busy_seconds / run.seconds),
        "user_share": over(lambda run: _per(run.user_seconds, run.seconds)),
        "kernel_share": over(lambda run: _per(run.kernel_seconds, run.seconds)),
        "cycles_per_request": over(lambda run: _per(
            run.core_cycles if by_perf else _busy_cycles(run, mhz), run.requests)),
        "cycles_source": "perf" if by_perf else clock,
        "instructions_per_request": over(lambda run: _per(run.instructions, run.requests)),
        "packets_per_request": over(lambda run: _per(run.packets, run.requests)),
        "latency_us": latency_of(row.latencies),
        "memory_kib": _median([sample.memory_kib for sample in samples]),
        "failed": sum(sample.failed for sample in samples),
        "error": row.error or None,
        "not_applicable": row.not_applicable or None,
        "notes": _middle(samples).notes if samples else "",
    }


def latency_of(latencies):
    """Medians over the runs, or None without any."""
    if not latencies:
        return None
    return {"at_requests_per_second": _median([run.requests_per_second for run in latencies]),
            **{name: _median([getattr(run, name) for run in latencies])
               for name in ("p50", "p99", "p999")}}


def spread(values):
    """The least, the middle and the greatest; None if a value is missing or there is none."""
    if not values or None in values:
        return None
    return {"min": min(values), "median": statistics.median(values), "max": max(values)}


def median_of(result, name):
    """The median of a spread of a result, or None."""
    return result[name]["median"] if result[name] else None


def result_of(results, system, wire):
    for result in results:
        if (result["system"], result["wire"]) == (system, wire):
            return result
    return None


def ratio(result, other, headline):
    """How many times the other's median a result's is; more is better. None where there is none.

    The processor time of idle systems is compared by nobody's ratio: theirs is about nothing.
    """
    if result is None or other is None or headline == "cpu":
        return None
    return _per(median_of(result, HEADLINES[headline]), median_of(other, HEADLINES[headline]))


def ratios(results, headline):
    """Penstock's to each peer, by the peer's name; those that can be told."""
    subject = result_of(results, *SUBJECT)
    told = {peer["system"]: ratio(subject, peer, headline)
            for peer in results if peer["system"] != SUBJECT[0]}
    return {name: value for name, value in told.items() if value is not None}


def _per(amount, divisor):
    """None for what was not measured, and for a rate of nothing or over nothing."""
    return amount / divisor if amount is not None and divisor else None


def clock_of(machine):
    """(what it is, its MHz) of the clock by which busy time becomes cycles where none are counted:
    the core's own where it was measured, else the time stamp counter's, which is slower."""
    if machine.get("core_mhz"):
        return "clock", machine["core_mhz"]
    return "tsc", machine.get("tsc_mhz")


def _busy_cycles(run, mhz):
    return run.busy_seconds * mhz * 1e6 if mhz else None


def _middle(samples):
    """The run whose speed is the median, for what cannot be computed with."""
    return sorted(samples, key=lambda run: run.requests / run.seconds)[len(samples) // 2]


def _median(values):
    return None if not values or None in values else statistics.median(values)
