# SPDX-License-Identifier: Apache-2.0
"""What one call of bench/run is to measure, from its options; what it refuses, in a sentence."""

import argparse
import dataclasses
import pathlib

from rig import scenario
from rig.system import Cores

PEERS = ("haproxy", "nginx")
WIRES = ("bypass", "veth")
PEER_WIRE = "veth"  # the only one that a system of the kernel's has


class Refused(Exception):
    """The operator asked for what cannot be done; the text is one sentence."""


@dataclasses.dataclass(frozen=True)
class Plan:
    scenarios: tuple
    systems: tuple  # (name, wire) of each, in the order of their turns
    seconds: int
    repeat: int
    cores: Cores
    json: pathlib.Path | None  # None: named after the day and the commit


class Parser(argparse.ArgumentParser):
    def error(self, message):
        raise Refused(message)


def parser():
    options = Parser(prog="bench/run", allow_abbrev=False, description=(
        "Measures Penstock beside other proxies, one core each, and compares them."))
    options.add_argument("--list", action="store_true", help="names the scenarios, and ends")
    options.add_argument("--plan", action="store_true",
                         help="says what would be measured, and ends")
    options.add_argument("--guard", action="store_true",
                         help="runs the guard of the data path's cost instead (bench/rig/guard.py)")
    options.add_argument("--scenario", action="append", metavar="NAME[,NAME]",
                         help="one of --list; may be repeated (default: all)")
    options.add_argument("--against", default=",".join(PEERS), metavar="NAME[,NAME]",
                         help=f"the peers, or none (default: {','.join(PEERS)})")
    options.add_argument("--wire", default=",".join(WIRES), metavar="NAME[,NAME]",
                         help=f"the wires that Penstock is measured on (default: "
                         f"{','.join(WIRES)}); peers run on {PEER_WIRE}")
    options.add_argument("--seconds", type=int, default=3, metavar="N",
                         help="of each run (default: 3)")
    options.add_argument("--repeat", type=int, default=3, metavar="N",
                         help="runs of each system, taken in turns (default: 3)")
    options.add_argument("--cores", default="1,0", metavar="MEASURED,LOAD",
                         help="the core under test, and that of clients and origins "
                         "(default: 1,0)")
    options.add_argument("--json", type=pathlib.Path, metavar="FILE",
                         help="where the results go, with .md and .svg beside it (default: "
                         "bench/results/DATE-COMMIT.json)")
    return options


def plan_of(options):
    """The plan that parsed options ask for, or Refused."""
    for name in ("seconds", "repeat"):
        if getattr(options, name) < 1:
            raise Refused(f"--{name} is {getattr(options, name)}, and has to be 1 or more")
    wires = _chosen("wire", options.wire, WIRES)
    peers = () if options.against == "none" else _chosen("peer", options.against, PEERS)
    systems = [("penstock", wire) for wire in wires] + [(peer, PEER_WIRE) for peer in peers]
    return Plan(_scenarios(options.scenario), tuple(systems), options.seconds, options.repeat,
                _cores(options.cores), _json(options.json))


def refuse_machine(plan, user, cores):
    """Raises Refused if the rig cannot run here. `cores`: the numbers of those it may use."""
    if user != 0:
        raise Refused("it makes network namespaces and reserves huge pages: run it as root")
    if len(cores) < 2:
        raise Refused("it needs two cores, one to measure and one for clients and origins, and "
                      f"may use only {len(cores)} here")
    for core in (plan.cores.measured, plan.cores.load):
        if core not in cores:
            raise Refused(f"there is no core {core} to use here: --cores names two of "
                          f"{', '.join(map(str, sorted(cores)))}")


def described(plan):
    """The plan in lines, for --plan."""
    runs = "run" if plan.repeat == 1 else "runs"
    yield (f"{plan.repeat} {runs} of {plan.seconds} s at full speed and as many at half, "
           f"core {plan.cores.measured} measured, core {plan.cores.load} for clients and origins")
    yield f"systems: {', '.join(f'{name}/{wire}' for name, wire in plan.systems)}"
    yield f"scenarios: {', '.join(one.name for one in plan.scenarios)}"


def _chosen(what, text, known):
    """The words of a comma list, each once, in their order; each has to be known."""
    words = list(dict.fromkeys(word.strip() for word in text.split(",")))
    for word in words:
        if word not in known:
            raise Refused(f"there is no {what} \"{word}\", only {' and '.join(known)}")
    return words


def _scenarios(lists):
    if not lists:
        return scenario.SCENARIOS
    names = dict.fromkeys(word.strip() for text in lists for word in text.split(","))
    try:
        return tuple(scenario.by_name(name) for name in names)
    except KeyError as unknown:
        raise Refused(unknown.args[0]) from unknown


def _cores(text):
    words = text.split(",")
    if len(words) != 2 or not all(word.isdecimal() for word in words):
        raise Refused(f"--cores is two numbers, MEASURED,LOAD, and not \"{text}\"")
    measured, load = map(int, words)
    if measured == load:
        raise Refused(f"--cores names core {measured} twice: the load must not share the core that "
                      "is measured")
    return Cores(measured, load)


def _json(path):
    """The file of the results; .md and .svg are written beside it, so it may not be one of them."""
    if path is not None and path.suffix != ".json":
        raise Refused(f"--json is a file that ends in .json, and not \"{path}\"")
    return path
