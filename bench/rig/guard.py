#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The guard of the data path's cost: instructions per request of a worker, counted by callgrind.

    bench/run --guard             compares with the committed figures, fails on more than 5 %
    bench/run --guard --update    counts and commits nothing: writes the figures anew

Counted is what a worker executes in its turns (bench/guard) between the load generator's clients
and origins, in virtual time: the same program and libraries execute the same instructions every
time, whatever else the machine does. The figures stand in bench/guard/instructions.json by what
decides over code that is chosen at run time: the features of the processor. Where they have no
entry, the commit that they were made for is built and counted in the same run.
"""

import argparse
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

if __name__ == "__main__":
    sys.path[0] = str(pathlib.Path(__file__).resolve().parents[1])
    sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "scripts"))
    sys.dont_write_bytecode = True
from rig import scenario as scenarios  # noqa: E402  (bench/, above)
from rig.load_generator import origin_addresses, plan_of  # noqa: E402
from rig.penstock_rules import rules_of  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
FIGURES = ROOT / "bench" / "guard" / "instructions.json"
# Scenario: how many requests are counted.
COUNTED = {"keepalive-small": 8000, "typical": 6000, "connection-per-request": 3000,
           "client-connection-per-request": 4000, "response-64k": 600}
GROWTH_MAX = 0.05
FEATURES = ("sse4_2", "avx2", "bmi2")  # as valgrind shows them to the program
TURN, WIRES = "*counted_turn*", ("penstock::load::InProcessWire::receive*",
                                 "penstock::load::InProcessWire::transmit*")
COUNT_SECONDS_MAX = 120
BUILD_SECONDS_MAX = 1200

CONFIGURATION = """
workers = {{ cores = [0]; }};
memory = {{ packet_buffers = 16384; }};
limits = {{ connections = 8192; idle_connections = 65536; }};
ports = (
  {{ name = "client"; device = "net_tap0"; addresses = ["10.81.0.1/24"];
     gateway = "10.81.0.254"; }},
  {{ name = "origin"; device = "net_tap1"; addresses = ["10.82.0.1/16"]; }}
);
listeners = ( {{ name = "web"; address = "10.81.0.1:80"; }} );
pools = ( {{ name = "all"; policy = "round_robin"; backends = ({backends}); }} );
rules = (
{rules}
);
"""


def configuration(scenario):
    backends = ", ".join(f'{{ address = "{address}:80"; }}'
                         for address in origin_addresses(scenario.backends))
    return CONFIGURATION.format(backends=backends, rules=rules_of(scenario))


def count(program, name):
    """Instructions per request of one scenario."""
    scenario = scenarios.by_name(name)
    with tempfile.TemporaryDirectory(prefix="penstock-guard-") as folder:
        home = pathlib.Path(folder)
        (home / "penstock.cfg").write_text(configuration(scenario), encoding="utf-8")
        (home / "plan.json").write_text(json.dumps(plan_of(scenario)), encoding="utf-8")
        toggles = [f"--toggle-collect={pattern}" for pattern in (TURN, *WIRES)]
        done = subprocess.run(
            ["valgrind", "--tool=callgrind", *toggles, f"--callgrind-out-file={home}/counts",
             str(program), str(home / "penstock.cfg"), str(home / "plan.json"),
             str(COUNTED[name])],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
            timeout=COUNT_SECONDS_MAX)
        if done.returncode != 0:
            raise RuntimeError(f"{name}: guard_count ended with {done.returncode}: "
                               f"{(done.stdout + done.stderr)[-1500:]}")
        requests = json.loads(done.stdout)["requests"]
        return instructions_in((home / "counts.1").read_text(encoding="utf-8")) / requests


def instructions_in(text):
    """The sum that a dump of callgrind gives."""
    found = re.search(r"^(?:summary|totals): (\d+)$", text, re.MULTILINE)
    if not found or int(found.group(1)) == 0:
        raise RuntimeError("callgrind has counted nothing: is the program stripped?")
    return int(found.group(1))


def count_all(program):
    return {name: round(count(program, name)) for name in COUNTED}


def features(cpuinfo):
    """What the figures depend on, of the text of /proc/cpuinfo."""
    flags = re.search(r"^flags\s*:(.*)$", cpuinfo, re.MULTILINE)
    has = set(flags.group(1).split()) if flags else set()
    return " ".join(["x86-64", *(name for name in FEATURES if name in has)])


def own_features():
    return features(pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8"))


def committed():
    return json.loads(FIGURES.read_text(encoding="utf-8")) if FIGURES.exists() else {}


def grown(before, now):
    """{scenario: share by which it has grown}, of those that have grown too much."""
    shares = {name: now[name] / before[name] - 1 for name in before if name in now}
    return {name: share for name, share in shares.items() if share > GROWTH_MAX}


def table(before, now):
    lines = [f"{'instructions per request':32} {'base':>9} {'now':>9} {'change':>8}"]
    for name, value in now.items():
        base = before.get(name)
        change = f"{value / base - 1:+.1%}" if base else "new"
        lines.append(f"{name:32} {base or '-':>9} {value:>9} {change:>8}")
    return "\n".join(lines)


def git(*words):
    return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=True,
                          timeout=60).stdout.strip()


def count_base():
    """The figures of the commit that last wrote figures down, built beside this tree."""
    commit = git("log", "-1", "--format=%H", "--", str(FIGURES.relative_to(ROOT)))
    if not commit:
        raise RuntimeError("there are no figures and no commit that had any: run with --update")
    folder = pathlib.Path(tempfile.mkdtemp(prefix="penstock-guard-base-"))
    try:
        git("worktree", "add", "--detach", str(folder / "tree"), commit)
        subprocess.run(["scripts/build", "bench"], cwd=folder / "tree", check=True,
                       stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                       timeout=BUILD_SECONDS_MAX)
        return count_all(folder / "tree" / "build" / "release" / "bench" / "guard" / "guard_count")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        git("worktree", "prune")


def main(words):
    parser = argparse.ArgumentParser(prog="bench/run --guard", description=__doc__.split("\n")[0])
    parser.add_argument("--update", action="store_true", help="write the figures anew")
    options = parser.parse_args(words)
    build = ROOT / os.environ.get("PENSTOCK_BUILD", "build/release")
    now = count_all(build / "bench" / "guard" / "guard_count")
    figures, key = committed(), own_features()
    if options.update:
        FIGURES.write_text(json.dumps({**figures, key: now}, indent=1, sort_keys=True) + "\n",
                           encoding="utf-8")
    before = figures[key] if key in figures else {} if options.update else count_base()
    print(f"bench: guard on {key}\n{table(before, now)}", flush=True)
    if options.update:
        return 0
    too_much = grown(before, now)
    for name, share in too_much.items():
        print(f"bench: {name} takes {share:.1%} more instructions per request than the figures "
              f"allow; find out why, or say why and run bench/run --guard --update")
    return 1 if too_much else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
