# SPDX-License-Identifier: Apache-2.0
"""The rig gives back the huge pages that it took, and no other, on a machine made of files."""

import json
import pathlib
import tempfile
import unittest

import fake_systems  # noqa: F401  (makes bench/ and scripts/ importable)
from rig import hugepages
from rig.hugepages import HugePages, Loan, NotEnough

OWNER_GONE = "4194304.1"  # pids end below this
HOST_MOUNT = "none /dev/hugepages hugetlbfs rw,relatime,pagesize=2M 0 0\n"


class FakeMachine:
    """A root folder with a pool of pages, and mount and umount that keep the list of mounts."""

    def __init__(self, case, total, free, mounts=HOST_MOUNT):
        folder = tempfile.TemporaryDirectory(prefix="penstock-pages-")
        case.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        self.pool, self.home = self.root / hugepages.POOL, self.root / hugepages.HOME
        self.mounts = self.root / hugepages.MOUNTS
        for path in (self.pool, self.home, self.mounts.parent):
            path.mkdir(parents=True)
        (self.pool / "nr_hugepages").write_text(f"{total}\n")
        (self.pool / "free_hugepages").write_text(f"{free}\n")
        self.mounts.write_text(mounts)
        self.pages = HugePages(self.root, self.run)

    def total(self):
        return int((self.pool / "nr_hugepages").read_text())

    def set_total(self, total):
        (self.pool / "nr_hugepages").write_text(f"{total}\n")

    def run(self, command):
        lines, folder = self.mounts.read_text().splitlines(), command[-1]
        if command[0] == "mount":
            lines.append(f"none {folder} hugetlbfs rw,pagesize=2M 0 0")
        else:
            lines = [line for line in lines if line.split()[1] != folder]
        self.mounts.write_text("".join(f"{line}\n" for line in lines))

    def left(self):
        return [path.name for path in self.home.iterdir()]

    def leave(self, loan):
        """What a killed rig leaves."""
        (self.home / OWNER_GONE).mkdir()
        (self.home / OWNER_GONE / "loan.json").write_text(json.dumps(vars(loan)))


class Arithmetic(unittest.TestCase):
    def test_adds_only_the_pages_that_are_missing(self):
        self.assertEqual(hugepages.missing_pages(1024, free=512), 0)
        self.assertEqual(hugepages.missing_pages(1024, free=500), 12)
        self.assertEqual(hugepages.missing_pages(1024, free=0), 512)

    def test_rounds_up_to_whole_pages(self):
        self.assertEqual(hugepages.missing_pages(3, free=0), 2)

    def test_subtracts_the_loan_from_what_there_is_now(self):
        self.assertEqual(hugepages.total_after(Loan(100, None), 612), 512)
        self.assertEqual(hugepages.total_after(Loan(100, None), 40), 0)

    def test_takes_no_more_from_an_unfinished_loan_than_it_added(self):
        for total, kept in ((512, 512), (530, 512), (612, 512), (700, 600), (300, 300)):
            self.assertEqual(hugepages.total_after(Loan(100, 512), total), kept, total)


class Mounts(unittest.TestCase):
    def test_finds_the_mount_of_the_host(self):
        self.assertEqual(hugepages.mounted_at(HOST_MOUNT), "/dev/hugepages")
        self.assertEqual(hugepages.mounted_at("h /a\\040b hugetlbfs rw 0 0\n"), "/a b")

    def test_passes_over_pages_of_another_size_and_other_kinds(self):
        self.assertIsNone(hugepages.mounted_at("h /big hugetlbfs rw,pagesize=1024M 0 0\n"))
        self.assertIsNone(hugepages.mounted_at("tmpfs /dev/hugepages tmpfs rw 0 0\n"))


class Lent(unittest.TestCase):
    def test_leaves_a_machine_alone_that_has_enough(self):
        machine = FakeMachine(self, total=512, free=512)
        with machine.pages.lent(1024) as folder:
            self.assertEqual((machine.total(), folder), (512, "/dev/hugepages"))
        self.assertEqual((machine.total(), machine.left()), (512, []))

    def test_adds_what_is_missing_and_gives_it_back(self):
        machine = FakeMachine(self, total=512, free=100)
        with machine.pages.lent(1024):
            self.assertEqual(machine.total(), 512 + 412)
        self.assertEqual((machine.total(), machine.left()), (512, []))

    def test_mounts_where_the_host_has_no_mount_and_unmounts(self):
        machine = FakeMachine(self, total=0, free=0, mounts="tmpfs /run tmpfs rw 0 0\n")
        with machine.pages.lent(2) as folder:
            self.assertIn(folder, machine.mounts.read_text())
            self.assertTrue(folder.startswith(str(machine.home)))
        self.assertEqual(machine.mounts.read_text(), "tmpfs /run tmpfs rw 0 0\n")
        self.assertEqual(machine.left(), [])

    def test_gives_back_however_the_body_ends(self):
        for ending in (RuntimeError, KeyboardInterrupt, SystemExit):
            machine = FakeMachine(self, total=3, free=0, mounts="")
            with self.assertRaises(ending):
                with machine.pages.lent(64):
                    raise ending
            self.assertEqual((machine.total(), machine.left()), (3, []), ending)

    def test_keeps_what_others_added_meanwhile(self):
        machine = FakeMachine(self, total=0, free=0)
        with machine.pages.lent(20):
            machine.set_total(machine.total() + 7)
        self.assertEqual(machine.total(), 7)

    def test_refuses_and_gives_back_when_the_kernel_gives_too_few(self):
        machine = FakeMachine(self, total=5, free=0)
        given = iter((5, 8, 8))  # before, after asking for 32 more, on giving back
        machine.pages._pages = lambda: next(given)
        with self.assertRaisesRegex(NotEnough, "gave 3 of 32"):
            with machine.pages.lent(64):
                self.fail("it has no pages to run with")
        self.assertEqual((machine.total(), machine.left()), (5, []))

    def test_gives_back_what_a_killed_rig_left(self):
        machine = FakeMachine(self, total=612, free=600)
        machine.leave(Loan(100, None))
        with machine.pages.lent(2):
            self.assertEqual(machine.total(), 512)
        self.assertEqual((machine.total(), machine.left()), (512, []))

    def test_unmounts_what_a_killed_rig_left(self):
        machine = FakeMachine(self, total=512, free=512, mounts="")
        machine.leave(Loan(0, None))
        folder = machine.home / OWNER_GONE / "hugetlbfs"
        folder.mkdir()
        machine.run(["mount", str(folder)])
        machine.pages.give_back_stale()
        self.assertEqual((machine.mounts.read_text(), machine.left()), ("", []))

    def test_leaves_the_loan_of_a_rig_that_lives(self):
        machine = FakeMachine(self, total=612, free=600)
        with machine.pages.lent(2):
            machine.pages.give_back_stale()
            self.assertEqual(len(machine.left()), 1)


if __name__ == "__main__":
    unittest.main()
