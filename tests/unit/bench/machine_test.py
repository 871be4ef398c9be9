# SPDX-License-Identifier: Apache-2.0
"""What the rig reads out of the texts in which a machine describes itself."""

import unittest

import fake_systems  # noqa: F401  (makes bench/ and scripts/ importable)
from rig import machine

CPUINFO = "processor\t: 0\nflags\t\t: fpu constant_tsc\nbogomips\t: 5199.99\n"
MEMINFO = ("MemTotal:  2048000 kB\nHugePages_Total:  512\nHugePages_Free:  500\n"
           "Hugepagesize: 2048 kB\n")


class Machine(unittest.TestCase):
    def test_derives_the_rate_of_the_counter(self):
        self.assertEqual(machine.tsc_mhz(CPUINFO), 2600.0)

    def test_has_no_rate_where_the_counter_is_not_constant_or_unknown(self):
        self.assertIsNone(machine.tsc_mhz(CPUINFO.replace("constant_tsc", "tsc")))
        self.assertIsNone(machine.tsc_mhz("CPU implementer : 0x41\n"))

    def test_reads_the_processor(self):
        told = machine.lscpu("Model name:   Test: CPU\nHypervisor vendor:  KVM\nnothing\n")
        self.assertEqual(told, {"Model name": "Test: CPU", "Hypervisor vendor": "KVM"})

    def test_reads_huge_pages(self):
        self.assertEqual(machine.huge_pages(MEMINFO), {"total": 512, "free": 500, "kib_each": 2048})
        self.assertEqual(machine.huge_pages("")["total"], 0)

    def test_finds_the_version_in_a_greeting(self):
        for text, version in (
                ("HAProxy version 2.6.12-1+deb12u4 2025/10/02 - x", "2.6.12-1+deb12u4"),
                ("nginx version: nginx/1.22.1\n", "1.22.1"), ("22.11.11\n", "22.11.11"),
                ("", None)):
            self.assertEqual(machine.version_in(text), version)


if __name__ == "__main__":
    unittest.main()
