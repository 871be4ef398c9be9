# SPDX-License-Identifier: Apache-2.0
"""Runs simulated worlds by their seeds, several in a process and several processes at once.

A world that fails says so itself; one that ends its process (a failed CHECK, a sanitizer's finding)
or never ends is found out here, and the seeds behind it are run by another process.
"""

import concurrent.futures
import dataclasses
import pathlib
import subprocess
import tempfile

SEEDS_PER_PROCESS = 20  # a process costs as much as a world or two
SECONDS_PER_SEED_MAX = 60
LINES_OF_A_DEATH = 25


@dataclasses.dataclass
class World:
    """How the world of one seed ended."""
    seed: int
    is_ok: bool
    answers: int = 0
    problems: list[str] = dataclasses.field(default_factory=list)


def read_output(output):
    """What a run of `simulate` says: its worlds, and the seed that had begun and did not end."""
    worlds, begun = [], None
    for line in output.splitlines():
        words = line.split()
        if line.startswith("seed ") and words[2:] == ["begins"]:
            begun = int(words[1])
        elif line.startswith("seed ") and len(words) > 5 and words[2] in ("ok", "FAILED"):
            worlds.append(World(int(words[1]), words[2] == "ok", int(words[5])))
            begun = None
        elif line.startswith("  ") and begun is None and worlds:
            worlds[-1].problems.append(line.strip())
    return worlds, begun


def run_process(program, seeds, words=()):
    """Returns standard output, and what there is to say if the process ends badly."""
    command = [program, "--seed", str(seeds[0]), "--count", str(len(seeds)), *words]
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        try:
            status = subprocess.run(
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=errors, check=False,
                timeout=SECONDS_PER_SEED_MAX + len(seeds) * 5).returncode
            ending = f"died with status {status}"
        except subprocess.TimeoutExpired:
            ending = "did not end"
        for file in (output, errors):
            file.seek(0)
        text = output.read().decode(errors="replace")
        lines = errors.read().decode(errors="replace").splitlines()
    lines = [line for line in lines if not line.startswith("EAL:")]
    return text, [ending, *lines[:LINES_OF_A_DEATH]]


def run_in_turn(program, seeds, words=()):
    """Yields the World of each seed."""
    while seeds:
        text, death = run_process(program, seeds, words)
        worlds, died_in = read_output(text)
        if died_in is None and len(worlds) < len(seeds):
            died_in = seeds[len(worlds)]
        if died_in is not None:
            worlds.append(World(died_in, False, 0, death))
        yield from worlds
        seeds = seeds[len(worlds):]


def run(program, seeds, jobs, note, words=()):
    """Runs every seed; `note(world)` is called for each, by one thread at a time."""
    program = pathlib.Path(program)
    parts = [seeds[at:at + SEEDS_PER_PROCESS] for at in range(0, len(seeds), SEEDS_PER_PROCESS)]
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        waiting = [pool.submit(lambda part=part: list(run_in_turn(program, part, words)))
                   for part in parts]
        try:
            for done in concurrent.futures.as_completed(waiting):
                for world in done.result():
                    note(world)
        except StopWorlds:
            pool.shutdown(cancel_futures=True)


class StopWorlds(Exception):
    """Raised by `note` when there is no need to go on."""
