# SPDX-License-Identifier: Apache-2.0
"""The results of a scenario as a table: aligned for the terminal, and as Markdown. Pure functions.

They read what summary.py made, so that a file of results can be shown again at any time.
"""

from rig import summary

NOTHING = "-"
LEFT = ("system", "wire")  # the other columns hold numbers, and stand to the right

RATES = {
    "requests": ("req/s per core", "requests_per_second_per_core", lambda rate: f"{rate:,.0f}"),
    "bytes": ("Gbit/s per core", "bytes_per_second_per_core", lambda rate: f"{rate * 8 / 1e9:.2f}"),
    "cpu": ("% of a core", "busy_share", lambda share: f"{share:.2%}".rstrip("%")),
}


def text(scenario):
    """A title, the table, and a line for everything that needs words."""
    rows = [columns(scenario), *cells(scenario)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [f"{scenario['scenario']}: {scenario['what']}"]
    for row in rows:
        lines.append("  ".join(cell.ljust(width) if name in LEFT else cell.rjust(width)
                               for name, cell, width in zip(rows[0], row, widths)).rstrip())
    return "\n".join(lines + remarks(scenario)) + "\n"


def markdown(scenario):
    names = columns(scenario)
    rows = [names, ["---" if name in LEFT else "---:" for name in names], *cells(scenario)]
    lines = [f"### {scenario['scenario']}", "", f"{scenario['what']}.", ""]
    lines += [f"| {' | '.join(row)} |" for row in rows]
    told = [f"- {remark.replace('|', '/')}" for remark in remarks(scenario)]
    return "\n".join(lines + ([""] + told if told else [])) + "\n"


def markdown_document(document):
    """All scenarios of a file, below what they have in common."""
    scenarios = document["scenarios"]
    if not scenarios:
        return "# Results\n\nNothing was measured.\n"
    first = scenarios[0]
    lines = ["# Results", "",
             f"{first['date']}, commit {first['commit']}: `{first['command']}`", "",
             *(f"- {line}" for line in machine_lines(first["machine"])),
             f"- {first['repeat']} runs of {first['seconds']} s each, systems in turns; medians",
             "- spread: from the slowest run to the fastest, relative to the median",
             f"- p50 to p99.9: response times at half of the system's own full speed; "
             f"cycles by {_cycles_sources(scenarios)}", ""]
    return "\n".join(lines) + "\n" + "\n".join(markdown(scenario) for scenario in scenarios)


def machine_lines(machine):
    """What a reader has to know of the machine, from machine.describe()."""
    versions = machine.get("versions", {})
    yield (f"{machine.get('cpu')}, {machine.get('cores')} cores, TSC {machine.get('tsc_mhz')} MHz, "
           f"core {machine.get('core_mhz')} MHz, "
           f"hypervisor {machine.get('hypervisor') or 'none'}, kernel {machine.get('kernel')}")
    yield ", ".join(f"{name} {version or 'unknown'}" for name, version in versions.items())


def columns(scenario):
    return ["system", "wire", RATES[scenario["headline"]][0], "spread", "busy", "to haproxy",
            "cycles/req", "instr/req", "packets/req", "at req/s", "p50 us", "p99 us",
            "p99.9 us", "memory MiB", "failed"]


def cells(scenario):
    """The rows of the table, as texts."""
    peer = summary.result_of(scenario["results"], "haproxy", "veth")
    return [_row(result, peer, scenario["headline"]) for result in scenario["results"]]


def remarks(scenario):
    """Errors, what is not applicable, and notes."""
    lines = []
    for result in scenario["results"]:
        label = f"{result['system']}/{result['wire']}"
        for word, key in (("FAILED", "error"), ("not applicable", "not_applicable"),
                          ("note", "notes")):
            if result[key]:
                lines.append(f"{label}: {word}: {result[key]}")
    return lines


def _row(result, peer, headline):
    _, rate, shown = RATES[headline]
    latency = result["latency_us"] or {}
    counts = (summary.median_of(result, name) for name in
              ("cycles_per_request", "instructions_per_request"))
    return [
        result["system"], result["wire"], _told(summary.median_of(result, rate), shown),
        _told(_relative_spread(result[rate]), lambda share: f"{share:.0%}"),
        _told(summary.median_of(result, "busy_share"), lambda share: f"{share:.0%}"),
        _told(summary.ratio(result, peer, headline), lambda times: f"{times:.2f}"),
        *(_told(count, lambda number: f"{number:,.0f}") for count in counts),
        _told(summary.median_of(result, "packets_per_request"), lambda number: f"{number:,.1f}"),
        *(_told(latency.get(name), lambda number: f"{number:,.0f}")
          for name in ("at_requests_per_second", "p50", "p99", "p999")),
        _told(result["memory_kib"], lambda kib: f"{kib / 1024:,.0f}"),
        f"{result['failed']:,}" if result["runs"] else NOTHING,
    ]


def _relative_spread(values):
    if values is None or not values["median"]:
        return None
    return (values["max"] - values["min"]) / values["median"]


def _told(value, shown):
    return NOTHING if value is None else shown(value)


def _cycles_sources(scenarios):
    used = {result["cycles_source"] for scenario in scenarios for result in scenario["results"]
            if result["cycles_per_request"]}
    meaning = {"perf": "perf", "clock": "busy time at the measured rate of the core",
               "tsc": "busy time at the rate of the TSC"}
    return " or ".join(meaning[source] for source in sorted(used)) or "nothing"
