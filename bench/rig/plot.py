#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Draws a file of results: rates, latencies and throughput of all systems, scenario by scenario.

usage: bench/rig/plot.py RESULTS.json    writes RESULTS.svg, with gnuplot
"""

import json
import math
import pathlib
import sys
import tempfile

if __name__ == "__main__":
    sys.path[0] = str(pathlib.Path(__file__).resolve().parents[1])
    sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "scripts"))
    sys.dont_write_bytecode = True
from rig import summary  # noqa: E402  (bench/ is made importable above)
from testbed import process  # noqa: E402

HEAD_PIXELS, PANEL_PIXELS = 106, 320
ABOVE_PIXELS, BELOW_PIXELS = 42, 58  # of the axes, in a panel: its title and two lines of names
WIDTH_MIN, WIDTH_PER_GROUP = 900, 124
LEFT_PIXELS, RIGHT_PIXELS = 90, 24
MISSING = "NaN"
FONT = "DejaVu Sans,Verdana,Arial,sans-serif"
# One colour a system wherever it stands; Penstock dark and blue, peers warm and light.
COLOURS = {("penstock", "bypass"): "#0b5394", ("penstock", "veth"): "#76a5d8",
           ("haproxy", "veth"): "#e69138", ("nginx", "veth"): "#93a661"}
OTHER_COLOUR = "#999999"


class Panel:
    """One row of the picture: some scenarios, and a value with its least and greatest of each."""

    def __init__(self, title, unit, scenarios, value):
        self.title, self.unit, self.scenarios, self.value = title, unit, scenarios, value

    def values(self, scenario, system):
        result = summary.result_of(scenario["results"], *system)
        found = self.value(result) if result else None
        return found if found and found[0] and found[0] > 0 else None

    def bounds(self, systems):
        """The whole decades that hold every value, and half a decade of room above the bars."""
        found = [number for scenario in self.scenarios for system in systems
                 for number in self.values(scenario, system) or () if number > 0]
        low, high = math.floor(math.log10(min(found))), math.log10(max(found))
        if 10 ** low > 0.7 * min(found):
            low -= 1
        return 10.0 ** low, 10.0 ** (math.ceil(2 * high + 0.6) / 2)


def rate_of(name, factor=1.0):
    def value(result):
        spread = result[name]
        return spread and tuple(spread[part] * factor for part in ("median", "min", "max"))

    return value


def latency_of(result):
    latency = result["latency_us"]
    return latency and (latency["p99"],) * 3


def panels(document):
    """The rows that there are results for. Idle systems have no bar: their table says it."""
    def scenarios(*headlines):
        return [one for one in document["scenarios"] if one["headline"] in headlines]

    drawn = [
        Panel("Requests a second, of one busy core", "requests/s per core", scenarios("requests"),
              rate_of("requests_per_second_per_core")),
        Panel("99th percentile of response times, at half of the system's own full speed",
              "microseconds", scenarios("requests", "bytes"), latency_of),
        Panel("Bodies carried, by one busy core", "Gbit/s per core", scenarios("bytes"),
              rate_of("bytes_per_second_per_core", 8e-9)),
    ]
    systems = systems_of(document)
    return [panel for panel in drawn if any(
        panel.values(scenario, system) for scenario in panel.scenarios for system in systems)]


def systems_of(document):
    """(name, wire) of every system, in the order of the first scenario that has it."""
    return list(dict.fromkeys((result["system"], result["wire"])
                              for scenario in document["scenarios"]
                              for result in scenario["results"]))


def script(document, output):
    """The whole gnuplot program, its numbers inside; None when there is nothing to draw."""
    drawn, systems = panels(document), systems_of(document)
    if not drawn:
        return None
    groups = max(len(panel.scenarios) for panel in drawn)
    width = max(WIDTH_MIN, LEFT_PIXELS + RIGHT_PIXELS + WIDTH_PER_GROUP * groups)
    height = HEAD_PIXELS + PANEL_PIXELS * len(drawn)
    lines = [
        f"set terminal svg size {width},{height} font '{FONT},12' background rgb 'white' "
        "linewidth 1 name 'penstock'",
        f"set output {quoted(output)}", "set encoding utf8",
        "set style fill solid 1.0 noborder", "set style data histogram",
        "set style histogram errorbars gap 1.3 linewidth 1", "set bars 0.4", "set boxwidth 0.92",
        "set border 3 linecolor rgb '#444444'", "set tics nomirror out", "set logscale y",
        "set grid ytics linecolor rgb '#dddddd' linewidth 1", f"set datafile missing '{MISSING}'",
        "set errorbars linecolor rgb '#222222'",
        "set multiplot", *head(document, width, height)]
    for index, panel in enumerate(drawn):
        lines += panel_lines(panel, index, systems, (width, height, groups))
    return "\n".join([*lines, "unset multiplot", ""])


def head(document, width, height):
    """What this is, of which commit and day, on which machine; and the one legend."""
    first = document["scenarios"][0]
    machine = first["machine"]
    title = f"Penstock beside other proxies: commit {first['commit']}, {first['date'][:10]}"
    where = (f"{machine.get('cpu')}, {machine.get('core_mhz')} MHz, "
             f"{machine.get('hypervisor') or 'no hypervisor'}, Linux {machine.get('kernel')}; "
             "one core measured")
    runs = (f"Bars: medians of {first['repeat']} runs of {first['seconds']} s; whiskers: their "
            "range; logarithmic axes")
    at = [(height - pixels) / height for pixels in (20, 42, 61, 90)]
    left = 14 / width
    yield f"set label 1 {quoted(title)} at screen {left},{at[0]} noenhanced font ',16'"
    yield f"set label 2 {quoted(where)} at screen {left},{at[1]} noenhanced textcolor rgb '#444444'"
    yield f"set label 3 {quoted(runs)} at screen {left},{at[2]} noenhanced textcolor rgb '#444444'"
    yield (f"set key at screen {left},{at[3]} left center horizontal maxrows 1 Left reverse "
           "samplen 1.2 width 1 noenhanced")


def panel_lines(panel, index, systems, size):
    """One plot of the multiplot; a panel of few scenarios is as narrow as it has to be."""
    width, height, groups = size
    top = height - HEAD_PIXELS - PANEL_PIXELS * index
    share = max(len(panel.scenarios) / groups, 0.45)
    right = LEFT_PIXELS + (width - LEFT_PIXELS - RIGHT_PIXELS) * share
    low, high = panel.bounds(systems)
    yield from data_lines(panel, index, systems)
    yield from (
        f"set lmargin at screen {LEFT_PIXELS / width}", f"set rmargin at screen {right / width}",
        f"set tmargin at screen {(top - ABOVE_PIXELS) / height}",
        f"set bmargin at screen {(top - PANEL_PIXELS + BELOW_PIXELS) / height}",
        f"set label 4 {quoted(panel.title)} at graph 0,1.08 noenhanced font ',13'",
        f"set ylabel {quoted(panel.unit)} offset 0.5,0",
        f"set yrange [{low}:{high}]", f"set xrange [-0.6:{len(panel.scenarios) - 0.4}]",
        "set format y '%g'" if panel.unit.startswith("Gbit") else "set format y '%.0s%c'",
        "set xtics scale 0 noenhanced",
        "plot " + ", ".join(
            f"$panel{index} using {2 + 3 * number}:{3 + 3 * number}:{4 + 3 * number}"
            f"{':xtic(1)' if number == 0 else ''} notitle linecolor rgb '{colour(system)}'"
            for number, system in enumerate(systems)) + legend(systems),
        "unset key", "unset label 1", "unset label 2", "unset label 3")


def legend(systems):
    """Entries of their own: gnuplot leaves out the title of a system without any value."""
    return "".join(f", keyentry with boxes linecolor rgb '{colour(system)}' "
                   f"title '{system[0]} ({system[1]})'" for system in systems)


def colour(system):
    return COLOURS.get(system, OTHER_COLOUR)


def data_lines(panel, index, systems):
    """A line a scenario: its name, broken where it is long, and three columns a system."""
    yield f"$panel{index} << END"
    for scenario in panel.scenarios:
        numbers = [panel.values(scenario, system) or (MISSING,) * 3 for system in systems]
        words = " ".join(f"{number}" for three in numbers for number in three)
        yield f'"{broken(scenario["scenario"])}" {words}'
    yield "END"


def broken(name, width=19):
    """A name on several lines, broken behind its hyphens."""
    lines = [""]
    for word in name.replace("-", "- ").split():
        if lines[-1] and len(lines[-1]) + len(word) > width:
            lines.append("")
        lines[-1] += word
    return "\\n".join(lines)


def quoted(text):
    return "'" + str(text).replace("'", "''") + "'"


def draw(document, path):
    """Writes the picture; returns whether there was something to draw."""
    program = script(document, path)
    if program is None:
        return False
    with tempfile.NamedTemporaryFile("w", suffix=".gnuplot", encoding="utf-8") as file:
        file.write(program)
        file.flush()
        process.run(["gnuplot", file.name])
    return True


def main():
    if len(sys.argv) != 2:
        print("usage: bench/rig/plot.py RESULTS.json", file=sys.stderr)
        return 2
    path = pathlib.Path(sys.argv[1])
    drawn = draw(json.loads(path.read_text(encoding="utf-8")), path.with_suffix(".svg"))
    print(f"wrote {path.with_suffix('.svg')}" if drawn else "there is nothing to draw")
    return 0


if __name__ == "__main__":
    sys.exit(main())
