# SPDX-License-Identifier: Apache-2.0
"""What bench/run takes for an order, and what it refuses with a sentence."""

import unittest

import fake_systems  # noqa: F401  (makes bench/ importable)
from rig import plan
from rig.scenario import SCENARIOS
from rig.system import Cores


def planned(*words):
    return plan.plan_of(plan.parser().parse_args(words))


class Plan(unittest.TestCase):
    def refused(self, *words):
        with self.assertRaises(plan.Refused) as refusal:
            planned(*words)
        text = str(refusal.exception)
        self.assertNotIn("\n", text)
        return text

    def test_measures_everything_when_nothing_is_said(self):
        asked = planned()
        self.assertEqual(asked.scenarios, SCENARIOS)
        self.assertEqual(asked.systems, (("penstock", "bypass"), ("penstock", "veth"),
                                         ("haproxy", "veth"), ("nginx", "veth")))
        self.assertEqual((asked.seconds, asked.repeat, asked.cores), (3, 3, Cores(1, 0)))

    def test_takes_scenarios_repeated_or_in_a_list_each_once(self):
        asked = planned("--scenario", "idle,typical", "--scenario", "rules-10k,idle")
        self.assertEqual([one.name for one in asked.scenarios], ["idle", "typical", "rules-10k"])

    def test_takes_wires_for_penstock_alone(self):
        self.assertEqual(planned("--wire", "bypass", "--against", "nginx").systems,
                         (("penstock", "bypass"), ("nginx", "veth")))

    def test_takes_none_for_no_peer(self):
        self.assertEqual(planned("--against", "none", "--wire", "veth").systems,
                         (("penstock", "veth"),))

    def test_takes_other_cores(self):
        self.assertEqual(planned("--cores", "3,2").cores, Cores(measured=3, load=2))

    def test_names_what_it_does_not_know(self):
        self.assertEqual(self.refused("--scenario", "typical,sunny"),
                         "there is no scenario sunny; --list names them")
        self.assertEqual(self.refused("--against", "envoy"),
                         'there is no peer "envoy", only haproxy and nginx')
        self.assertEqual(self.refused("--wire", "tap"),
                         'there is no wire "tap", only bypass and veth')
        self.assertIn("--sceanrio", self.refused("--sceanrio", "idle"))

    def test_refuses_numbers_that_measure_nothing(self):
        self.assertIn("1 or more", self.refused("--seconds", "0"))
        self.assertIn("1 or more", self.refused("--repeat", "-1"))
        self.assertIn("--seconds", self.refused("--seconds", "x"))

    def test_refuses_cores_that_are_not_two(self):
        for text in ("1", "1,2,3", "a,b", "-1,0", ""):
            self.assertIn("two numbers", self.refused(f"--cores={text}"), text)
        self.assertIn("twice", self.refused("--cores", "1,1"))

    def test_refuses_a_file_of_results_that_another_would_overwrite(self):
        self.assertIn("ends in .json", self.refused("--json", "results.md"))


class Machine(unittest.TestCase):
    def refused(self, user, cores, *words):
        with self.assertRaises(plan.Refused) as refusal:
            plan.refuse_machine(planned(*words), user, cores)
        return str(refusal.exception)

    def test_lets_root_with_two_cores_pass(self):
        plan.refuse_machine(planned(), 0, {0, 1})

    def test_refuses_a_user_that_is_not_root(self):
        self.assertIn("as root", self.refused(1000, {0, 1}))

    def test_refuses_a_single_core(self):
        self.assertIn("may use only 1 here", self.refused(0, {0}))

    def test_refuses_a_core_that_is_not_there(self):
        self.assertEqual(self.refused(0, {0, 1}, "--cores", "5,0"),
                         "there is no core 5 to use here: --cores names two of 0, 1")


if __name__ == "__main__":
    unittest.main()
