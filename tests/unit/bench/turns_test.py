# SPDX-License-Identifier: Apache-2.0
"""Systems have their turns one after the other, and one that fails stops none of the others."""

import signal
import unittest

from fake_systems import fakes
from rig import plan, turns
from rig.scenario import by_name
from rig.system import NotApplicable

BYPASS, NGINX = ("penstock", "bypass"), ("nginx", "veth")
SPEEDS = {BYPASS: 1000, NGINX: 100}


class Turns(unittest.TestCase):
    def setUp(self):
        self.log, self.said = [], []

    def measured(self, scenario="typical", broken=(), speeds=None, repeat=3):
        asked = plan.plan_of(plan.parser().parse_args(
            ["--wire", "bypass", "--against", "nginx", "--seconds", "1", "--repeat", str(repeat)]))
        return turns.measure(by_name(scenario), asked, fakes(speeds or SPEEDS, self.log, broken),
                             self.said.append)

    def labels_of(self, call):
        return [entry[0] for entry in self.log if entry[1] == call]

    def test_interleaves_the_systems(self):
        self.measured()
        self.assertEqual(self.labels_of("measure"), ["penstock/bypass", "nginx/veth"] * 3)
        self.assertEqual(self.labels_of("latency"), ["penstock/bypass", "nginx/veth"] * 3)

    def test_closes_each_system_before_the_next_is_made(self):
        self.measured(repeat=1)
        calls = [(label, call) for label, call, *_ in self.log]
        self.assertEqual(calls[:6], [
            ("penstock/bypass", "make"), ("penstock/bypass", "measure"),
            ("penstock/bypass", "close"), ("nginx/veth", "make"), ("nginx/veth", "measure"),
            ("nginx/veth", "close")])

    def test_measures_latency_at_half_of_the_systems_own_speed(self):
        self.measured(repeat=1)
        rates = [tuple(detail) for _, call, *detail in self.log if call == "latency"]
        self.assertEqual(rates, [(500,), (50,)])

    def test_asks_an_idle_system_for_no_latency(self):
        rows = self.measured("idle", speeds={BYPASS: 0, NGINX: 0})
        self.assertEqual(self.labels_of("latency"), [])
        self.assertEqual([len(row.samples) for row in rows], [3, 3])

    def test_writes_a_failure_down_and_goes_on(self):
        for call in ("make", "measure", "close"):
            self.log.clear()
            rows = self.measured(broken={("penstock/bypass", call): RuntimeError("it\nburns")})
            self.assertEqual([row.error for row in rows], ["it burns", ""], call)
            self.assertEqual(len(self.labels_of("make")), 1 + 6, call)
            self.assertEqual((len(rows[1].samples), len(rows[1].latencies)), (3, 3), call)

    def test_keeps_the_speed_of_a_system_whose_latency_failed(self):
        rows = self.measured(broken={("nginx/veth", "latency"): ValueError()})
        self.assertEqual(rows[1].error, "ValueError")
        self.assertEqual((len(rows[1].samples), len(rows[1].latencies)), (3, 0))

    def test_closes_a_system_that_failed(self):
        self.measured(broken={("nginx/veth", "measure"): RuntimeError("it burns")})
        self.assertEqual(self.labels_of("make").count("nginx/veth"),
                         self.labels_of("close").count("nginx/veth"))

    def test_tells_what_is_not_applicable_from_an_error(self):
        rows = self.measured(broken={("nginx/veth", "make"): NotApplicable("it has no API")})
        self.assertEqual((rows[1].error, rows[1].not_applicable), ("", "it has no API"))
        self.assertEqual(self.labels_of("make").count("nginx/veth"), 1)

    def test_takes_no_answer_for_a_failure_except_when_idle(self):
        rows = self.measured(speeds={BYPASS: 0, NGINX: 100})
        self.assertIn("no request was answered", rows[0].error)
        self.assertEqual(rows[1].error, "")

    def test_takes_a_system_that_is_not_there_for_a_failure(self):
        rows = self.measured(speeds={NGINX: 100})
        self.assertTrue(rows[0].error)
        self.assertEqual(len(rows[1].samples), 3)

    def test_closes_and_ends_when_it_is_ended_by_hand(self):
        with self.assertRaises(KeyboardInterrupt):
            self.measured(broken={("nginx/veth", "measure"): KeyboardInterrupt()})
        self.assertEqual(self.log[-1], ("nginx/veth", "close"))

    def test_leaves_the_alarm_of_its_caller_set(self):
        before = signal.getsignal(signal.SIGALRM)
        self.measured()
        self.assertIs(signal.getsignal(signal.SIGALRM), before)

    def test_says_how_each_turn_went(self):
        self.measured(repeat=1, broken={("nginx/veth", "make"): RuntimeError("no nginx")})
        self.assertEqual(self.said[:2], [
            "typical: penstock/bypass at full speed, 1 of 1: 1,000 req/s, core busy 50.0%",
            "typical: nginx/veth at full speed, 1 of 1: FAILED: no nginx"])


if __name__ == "__main__":
    unittest.main()
