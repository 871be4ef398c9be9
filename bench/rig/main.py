#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What bench/run does once everything is installed and built: measures, prints, writes down.

Exit status: 0 when every system was measured, 1 when one failed, 2 when nothing was begun.
"""

import datetime
import json
import os
import pathlib
import shlex
import sys

if __name__ == "__main__":
    sys.path[0] = str(pathlib.Path(__file__).resolve().parents[1])
    sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "scripts"))
    sys.dont_write_bytecode = True
from rig import machine, plan, plot, result_table, summary, turns  # noqa: E402  (bench/, above)
from rig.hugepages import HugePages, NotEnough  # noqa: E402
from rig.scenario import SCENARIOS  # noqa: E402
from testbed.process import CommandFailed  # noqa: E402
from testbed.testbed import end_on_signals  # noqa: E402

GUARD = pathlib.Path(__file__).resolve().with_name("guard.py")
RESULTS = machine.ROOT / "bench" / "results"
BUILD = "build/release"
# Penstock's own pools and those of the clients and origins on its bypass wire.
HUGE_PAGES_MIB = 2048


def known_systems():
    """{(name, wire): class}, of every system that can be measured."""
    from rig import bypass_systems, veth_systems  # They need packages that --list does not.
    return {**bypass_systems.SYSTEMS, **veth_systems.SYSTEMS}


def say(text):
    print(f"bench: {text}", flush=True)


class Results:
    """The files of one call: written after each scenario, so that an end by hand loses one."""

    def __init__(self, path, about):
        self.path, self.about, self.scenarios = path, about, []
        path.parent.mkdir(parents=True, exist_ok=True)

    def add(self, scenario, rows):
        self.scenarios.append(summary.of_scenario(scenario, rows, self.about))
        document = summary.document(self.scenarios)
        replace(self.path, json.dumps(document, indent=1, ensure_ascii=False) + "\n")
        replace(self.path.with_suffix(".md"), result_table.markdown_document(document))

    def draw(self):
        """The picture needs gnuplot, and the results do not need the picture."""
        try:
            return plot.draw(summary.document(self.scenarios), self.path.with_suffix(".svg"))
        except (OSError, CommandFailed) as problem:
            say(f"no picture was drawn: {problem}")
            return False

    def failed(self):
        return any(result["error"] for one in self.scenarios for result in one["results"])


def replace(path, text):
    """Writes a file at once, so that a reader never meets half of it."""
    beside = path.with_name(f"{path.name}.new")
    beside.write_text(text, encoding="utf-8")
    beside.replace(path)


def about_this_run(asked, words):
    """What all scenarios of one call have in common."""
    now = datetime.datetime.now(datetime.timezone.utc)
    return {"machine": machine.describe(asked.cores.measured), "commit": machine.commit(),
            "command": shlex.join(["./bench/run", *words]),
            "date": now.isoformat(timespec="seconds"), "seconds": asked.seconds,
            "repeat": asked.repeat}


def free_path(about, folder=RESULTS):
    """DATE-COMMIT.json, or with a number behind it when there were results today."""
    stem = f"{about['date'][:10]}-{about['commit']}"
    number, path = 1, folder / f"{stem}.json"
    while path.exists():
        number += 1
        path = folder / f"{stem}-{number}.json"
    return path


def measure_all(asked, known, results):
    for scenario in asked.scenarios:
        rows = turns.measure(scenario, asked, known, say)
        results.add(scenario, rows)
        print("\n" + result_table.text(results.scenarios[-1]), flush=True)


def measure(asked, words, known, pages):
    """Measures everything that was asked for; returns the exit status."""
    os.environ.setdefault("PENSTOCK_BUILD", BUILD)
    # What is started here runs beside the clients unless it is put elsewhere, and so does the rig.
    os.sched_setaffinity(0, {asked.cores.load})
    about = about_this_run(asked, words)
    results = Results(asked.json or free_path(about), about)
    for line in result_table.machine_lines(about["machine"]):
        say(line)
    with pages.lent(HUGE_PAGES_MIB):
        measure_all(asked, known, results)
    written = [".json", ".md", ".svg"] if results.draw() else [".json", ".md"]
    say(f"wrote {results.path.with_suffix('')}{{{','.join(written)}}}")
    return 1 if results.failed() else 0


def guard(words):
    """Becomes the guard; it has options of its own."""
    if "--plan" in words:
        print("the guard of the data path's cost")
        return 0
    rest = [word for word in words if word != "--guard"]
    os.execv(sys.executable, [sys.executable, str(GUARD), *rest])


def main(words):
    if "--guard" in words and not {"--help", "-h"} & set(words):
        return guard(words)
    try:
        options = plan.parser().parse_args(words)
        if options.list:
            for scenario in SCENARIOS:
                print(f"{scenario.name:30} {scenario.what}")
            return 0
        asked = plan.plan_of(options)
        if options.plan:
            print("\n".join(plan.described(asked)))
            return 0
        plan.refuse_machine(asked, os.geteuid(), os.sched_getaffinity(0))
        end_on_signals()
        return measure(asked, words, known_systems(), HugePages())
    except (plan.Refused, NotEnough, CommandFailed) as refusal:
        print(f"bench/run: {refusal}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        say("ended by hand; what was measured before is written down")
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
