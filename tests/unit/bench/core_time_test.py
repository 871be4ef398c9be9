# SPDX-License-Identifier: Apache-2.0
"""How the rig tells what a core, a thread and a process have used, from the kernel's texts."""

import unittest

import fake_systems  # noqa: F401  (makes bench/ and scripts/ importable)
from rig.core_events import events_in
from rig.core_time import TICKS_PER_SECOND, core_time_in
from rig.process_memory import memory_kib_in
from rig.softnet_drops import drops_in
from rig.thread_time import thread_seconds_in
from rig.veth_wire import packets_of


def stat(*ticks):
    return (f"cpu  9 9 9 9 9 9 9 9 0 0\ncpu1 {' '.join(map(str, ticks))} 0 0\n"
            "cpu10 5 5 5 5 5 5 5 5 0 0\nintr 1 2 3\n")


class CoreTime(unittest.TestCase):
    def test_is_busy_when_it_neither_idles_nor_waits_for_a_disk(self):
        before = core_time_in(stat(0, 0, 0, 0, 0, 0, 0, 0), 1)
        spent = core_time_in(stat(10, 1, 20, 400, 50, 2, 30, 4), 1).since(before)
        self.assertAlmostEqual(spent.busy * TICKS_PER_SECOND, 67)
        self.assertAlmostEqual(spent.idle * TICKS_PER_SECOND, 450)

    def test_counts_niceness_as_user_and_interrupts_as_kernel(self):
        time = core_time_in(stat(10, 1, 20, 0, 0, 2, 30, 0), 1)
        self.assertAlmostEqual(time.user * TICKS_PER_SECOND, 11)
        self.assertAlmostEqual(time.kernel * TICKS_PER_SECOND, 52)

    def test_takes_no_core_for_another_whose_number_begins_alike(self):
        self.assertAlmostEqual(core_time_in(stat(1, 0, 0, 0, 0, 0, 0, 0), 1).user
                               * TICKS_PER_SECOND, 1)
        with self.assertRaises(ValueError):
            core_time_in(stat(1, 0, 0, 0, 0, 0, 0, 0), 2)


class KernelTexts(unittest.TestCase):
    def test_perf_without_counters_gives_nothing(self):
        text = "<not supported>,,cycles:u,0,100.00,,\n<not supported>,,cycles:k,0,100.00,,\n"
        self.assertEqual(events_in(text), (None, None))

    def test_perf_adds_user_and_kernel_cycles(self):
        text = "100,,cycles:u,5,100.00,,\n20,,cycles:k,5,100.00,,\n70,,instructions,5,1.00,,\n"
        self.assertEqual(events_in(text), (120, 70))

    def test_thread_time_includes_ended_children_whatever_the_name(self):
        text = "7 (a) b) S " + " ".join(["0"] * 10) + " 1 2 30 40 20 0"
        self.assertAlmostEqual(thread_seconds_in(text) * TICKS_PER_SECOND, 73)

    def test_memory_includes_huge_pages(self):
        text = ("Rss:  900 kB\nPss:  100 kB\nPss_Anon:  50 kB\nShared_Hugetlb:  8 kB\n"
                "Private_Hugetlb:  4096 kB\n")
        self.assertEqual(memory_kib_in(text), 4204)

    def test_drops_are_those_of_all_cores(self):
        self.assertEqual(drops_in("0199e21d 0000000a 00000001\n01cb2056 00000001 00000001\n"), 11)

    def test_packets_are_those_of_both_sides_in_both_directions(self):
        def link(name, received, sent):
            return {"ifname": name,
                    "stats64": {"rx": {"packets": received}, "tx": {"packets": sent}}}

        links = [link("lo", 1000, 1000), link("to-client", 1, 2), link("to-origin", 3, 4)]
        self.assertEqual(packets_of(links), 10)


if __name__ == "__main__":
    unittest.main()
