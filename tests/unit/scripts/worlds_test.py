# SPDX-License-Identifier: Apache-2.0
"""Every seed is accounted for, whatever becomes of the process that runs it."""

import os
import pathlib
import tempfile
import unittest

import written_tree  # noqa: F401  (makes scripts/ importable)
import worlds
from worlds import World, read_output

OK = "seed {0} ok 1.5 s, 4 answers, 0 failures\n"

# Ends badly in seed 3, fails in seed 5.
PROGRAM = """#!/usr/bin/env python3
import os, sys
first, count = int(sys.argv[2]), int(sys.argv[4])
for seed in range(first, first + count):
    print(f"seed {seed} begins", flush=True)
    if seed == 3:
        print("EAL: noise", file=sys.stderr)
        print("CHECK failed: x > 0", file=sys.stderr, flush=True)
        os.abort()
    word = "FAILED" if seed == 5 else "ok"
    print(f"seed {seed} {word} 1.5 s, 4 answers, 0 failures", flush=True)
    if seed == 5:
        print("  a byte is wrong", flush=True)
"""


class ReadOutput(unittest.TestCase):
    def test_reads_a_world_that_went_well(self):
        self.assertEqual(read_output("seed 7 begins\n" + OK.format(7)), ([World(7, True, 4)], None))

    def test_reads_the_problems_of_one_that_did_not(self):
        text = "seed 7 begins\nseed 7 FAILED 1.5 s, 4 answers, 0\n  one\n  two\n"
        self.assertEqual(read_output(text), ([World(7, False, 4, ["one", "two"])], None))

    def test_knows_the_seed_that_had_begun(self):
        text = "seed 7 begins\n" + OK.format(7) + "seed 8 begins\n"
        self.assertEqual(read_output(text), ([World(7, True, 4)], 8))


class Run(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.program = pathlib.Path(folder.name) / "simulate"
        self.program.write_text(PROGRAM, encoding="utf-8")
        os.chmod(self.program, 0o755)

    def test_blames_the_seed_in_which_a_process_died_and_goes_on_behind_it(self):
        all_worlds = list(worlds.run_in_turn(self.program, [1, 2, 3, 4, 5, 6]))
        self.assertEqual([world.seed for world in all_worlds], [1, 2, 3, 4, 5, 6])
        self.assertEqual([world.seed for world in all_worlds if not world.is_ok], [3, 5])
        self.assertEqual(all_worlds[2].problems,
                         ["died with status -6", "CHECK failed: x > 0"])
        self.assertEqual(all_worlds[4].problems, ["a byte is wrong"])

    def test_blames_the_first_seed_of_a_program_that_says_nothing(self):
        self.program.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
        all_worlds = list(worlds.run_in_turn(self.program, [1, 2]))
        self.assertEqual([(world.seed, world.is_ok) for world in all_worlds],
                         [(1, False), (2, False)])

    def test_stops_when_told_to(self):
        seen = []

        def note(world):
            seen.append(world.seed)
            raise worlds.StopWorlds

        worlds.run(self.program, list(range(100, 200)), 1, note)
        self.assertEqual(len(seen), 1)


if __name__ == "__main__":
    unittest.main()
