# SPDX-License-Identifier: Apache-2.0
"""The front of the rig from its options to its files and exit status, with systems of paper."""

import contextlib
import io
import json
import os
import pathlib
import tempfile
import unittest
from unittest import mock

from fake_systems import ABOUT, MACHINE, fakes
from rig import main, plan
from rig.scenario import SCENARIOS

SPEEDS = {("penstock", "bypass"): 1000, ("penstock", "veth"): 300, ("haproxy", "veth"): 200,
          ("nginx", "veth"): 100}


class FakePages:
    """Notes how much is lent, and that it came back."""

    def __init__(self):
        self.log = []

    @contextlib.contextmanager
    def lent(self, megabytes):
        self.log.append(megabytes)
        try:
            yield "/dev/hugepages"
        finally:
            self.log.append("back")


class Front(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="penstock-results-")
        self.addCleanup(folder.cleanup)
        self.json = pathlib.Path(folder.name) / "made" / "here.json"
        cores = os.sched_getaffinity(0)
        self.addCleanup(os.sched_setaffinity, 0, cores)
        self.load = min(cores)
        self.pages, self.log = FakePages(), []
        for patch in (mock.patch.dict(os.environ), mock.patch.object(main.plot, "draw"),
                      mock.patch.object(main.machine, "describe", return_value=MACHINE)):
            patch.start()
            self.addCleanup(patch.stop)

    def measure(self, *words, broken=()):
        words = [*words, "--json", str(self.json), "--seconds", "1", "--repeat", "2",
                 "--cores", f"{self.load + 1},{self.load}"]
        asked = plan.plan_of(plan.parser().parse_args(words))
        self.output = io.StringIO()
        with contextlib.redirect_stdout(self.output):
            return main.measure(asked, words, fakes(SPEEDS, self.log, broken), self.pages)

    def document(self):
        return json.loads(self.json.read_text(encoding="utf-8"))

    def test_writes_results_of_every_scenario_and_system(self):
        self.assertEqual(self.measure("--scenario", "typical,rules-10k"), 0)
        document = self.document()
        self.assertEqual([one["scenario"] for one in document["scenarios"]],
                         ["typical", "rules-10k"])
        for one in document["scenarios"]:
            self.assertEqual([(row["system"], row["wire"]) for row in one["results"]],
                             list(SPEEDS))
            self.assertEqual(one["ratios"], {"haproxy": 5.0, "nginx": 10.0})
            self.assertEqual((one["seconds"], one["repeat"]), (1, 2))
            self.assertTrue(one["command"].startswith("./bench/run --scenario typical,rules-10k"))

    def test_prints_the_tables_and_writes_them_beside_the_results(self):
        self.measure("--scenario", "typical")
        self.assertIn("req/s per core", self.output.getvalue())
        self.assertIn("### typical", self.json.with_suffix(".md").read_text(encoding="utf-8"))

    def test_leaves_no_other_file(self):
        self.measure("--scenario", "typical")
        self.assertEqual(sorted(path.name for path in self.json.parent.iterdir()),
                         ["here.json", "here.md"])

    def test_ends_with_one_when_a_system_failed_and_measures_the_rest(self):
        broken = {("haproxy/veth", "make"): RuntimeError("it burns")}
        self.assertEqual(self.measure("--scenario", "typical", broken=broken), 1)
        rows = {row["system"]: row for row in self.document()["scenarios"][0]["results"]}
        self.assertEqual(rows["haproxy"]["error"], "it burns")
        self.assertEqual((rows["nginx"]["runs"], rows["nginx"]["error"]), (2, None))

    def test_keeps_what_was_measured_before_an_end_by_hand(self):
        calls = []

        def second_scenario(*_):
            calls.append(1)
            if len(calls) == 2:
                raise KeyboardInterrupt
            return []

        with mock.patch.object(main.turns, "measure", second_scenario):
            with self.assertRaises(KeyboardInterrupt):
                self.measure("--scenario", "typical,idle")
        self.assertEqual(len(self.document()["scenarios"]), 1)
        self.assertEqual(self.pages.log, [main.HUGE_PAGES_MIB, "back"])

    def test_runs_on_the_core_of_the_load(self):
        self.measure("--scenario", "idle", "--against", "none")
        self.assertEqual(os.sched_getaffinity(0), {self.load})

    def test_writes_results_without_gnuplot(self):
        main.plot.draw.side_effect = FileNotFoundError("gnuplot")
        self.assertEqual(self.measure("--scenario", "typical"), 0)
        self.assertIn("no picture was drawn: gnuplot", self.output.getvalue())

    def test_names_a_second_file_of_the_same_day_apart(self):
        folder = self.json.parent
        folder.mkdir()
        self.assertEqual(main.free_path(ABOUT, folder).name, "2025-01-02-abc1234.json")
        (folder / "2025-01-02-abc1234.json").touch()
        self.assertEqual(main.free_path(ABOUT, folder).name, "2025-01-02-abc1234-2.json")


class Options(unittest.TestCase):
    def said(self, *words):
        """The exit status and what was printed on both outputs."""
        output = io.StringIO()
        with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
            return main.main(list(words)), output.getvalue()

    def test_lists_the_scenarios_without_root_or_a_build(self):
        with mock.patch.object(os, "geteuid", return_value=1000):
            status, text = self.said("--list")
        self.assertEqual((status, len(text.splitlines())), (0, len(SCENARIOS)))

    def test_refuses_in_one_line(self):
        for words in (("--scenario", "sunny"), ("--wire", "tap"), ("--cores", "0,0"), ("x",)):
            status, text = self.said(*words)
            self.assertEqual((status, text.count("\n")), (2, 1), words)
            self.assertTrue(text.startswith("bench/run: "), words)

    def test_refuses_to_measure_as_another_user_than_root(self):
        with mock.patch.object(os, "geteuid", return_value=1000):
            self.assertEqual(self.said("--scenario", "idle")[0], 2)

    def test_says_what_it_would_measure(self):
        status, text = self.said("--plan", "--scenario", "idle", "--against", "none")
        self.assertEqual(status, 0)
        self.assertIn("systems: penstock/bypass, penstock/veth\nscenarios: idle\n", text)

    def test_becomes_the_guard_with_the_words_that_are_left(self):
        with mock.patch.object(os, "execv") as execute:
            main.main(["--guard", "--write"])
        self.assertEqual(execute.call_args.args[1][1:], [str(main.GUARD), "--write"])


if __name__ == "__main__":
    unittest.main()
