# SPDX-License-Identifier: Apache-2.0
"""Lends 2 MiB huge pages to the rig, and gives back what it took, however the rig ends.

    with HugePages().lent(megabytes=1024) as folder:
        ...  # so many are free, and `folder` is a hugetlbfs

Only what is missing is added to the pages that the machine has; pages and mounts that were there
are left alone. A record in /run/penstock-bench says what was taken, by process: the next rig gives
it back when its owner was killed. After a restart of the machine neither pages nor record exist.
"""

import contextlib
import dataclasses
import json
import os
import pathlib
import re

from testbed import process
from testbed.run_directory import start_time_of

PAGE_MIB = 2
POOL = "sys/kernel/mm/hugepages/hugepages-2048kB"
HOME = "run/penstock-bench"
MOUNTS = "proc/self/mounts"


class NotEnough(Exception):
    """The kernel did not give as many pages as were asked for; the text is a sentence."""


@dataclasses.dataclass(frozen=True)
class Loan:
    """What a rig takes. Written before it is taken, and again when it is known how much came."""

    pages: int
    total_before: int | None  # None: exactly `pages` were taken


def missing_pages(megabytes, free):
    """How many pages have to be added so that `megabytes` are free."""
    return max(0, -(-megabytes // PAGE_MIB) - free)


def total_after(loan, total):
    """The number of pages that the machine keeps when a loan is given back.

    Others may have changed the number meanwhile: the loan is subtracted, not the old number set.
    A rig that was killed while it took pages took at most what the number has grown by.
    """
    taken = loan.pages
    if loan.total_before is not None:
        taken = min(taken, max(0, total - loan.total_before))
    return max(0, total - taken)


def mounted_at(mounts):
    """Where the host has a hugetlbfs of 2 MiB pages, from the text of its mounts, or None."""
    for line in mounts.splitlines():
        _, folder, kind, options, *_ = line.split()
        size = re.search(r"pagesize=(\d+)([KMG])", options)
        if kind == "hugetlbfs" and (size is None or size.groups() == ("2", "M")):
            return folder.replace("\\040", " ")
    return None


class HugePages:
    """The pages of the machine below `root`. `run`: how mount and umount are called."""

    def __init__(self, root="/", run=process.run):
        self._root, self._run = pathlib.Path(root), run
        self._home = self._root / HOME
        self._total = self._root / POOL / "nr_hugepages"

    @contextlib.contextmanager
    def lent(self, megabytes):
        """Makes so much memory free in huge pages; gives the folder of a hugetlbfs."""
        if not self._total.exists():
            raise NotEnough("the kernel has no huge pages of 2 MiB")
        self._home.mkdir(parents=True, exist_ok=True)
        self.give_back_stale()
        path = self._home / f"{os.getpid()}.{start_time_of(os.getpid())}"
        try:
            path.mkdir()
            self._take(path, megabytes)
            yield self._folder(path)
        finally:
            self._give_back(path)

    def give_back_stale(self):
        """Gives back what rigs took that are gone."""
        for path in sorted(self._home.iterdir()):
            pid, _, started = path.name.partition(".")
            if pid.isdigit() and start_time_of(pid) != started:
                self._give_back(path)

    def _take(self, path, megabytes):
        free = int((self._root / POOL / "free_hugepages").read_text(encoding="ascii"))
        wanted, before = missing_pages(megabytes, free), self._pages()
        _write(path, Loan(wanted, before))
        if wanted:
            self._total.write_text(f"{before + wanted}\n", encoding="ascii")
        taken = self._pages() - before
        _write(path, Loan(max(0, taken), None))
        if taken < wanted:
            raise NotEnough(f"the kernel gave {max(0, taken)} of {wanted} huge pages of {PAGE_MIB} "
                            "MiB: its free memory is too small or too scattered")

    def _folder(self, path):
        mounts = (self._root / MOUNTS).read_text(encoding="utf-8")
        there = mounted_at(mounts)
        if there:
            return there
        folder = path / "hugetlbfs"
        folder.mkdir(mode=0o700)
        self._run(["mount", "-t", "hugetlbfs", "-o", f"pagesize={PAGE_MIB}M", "none", str(folder)])
        return str(folder)

    def _give_back(self, path):
        """May be called at any point of lent(), and again when it was itself cut short."""
        folder, record = path / "hugetlbfs", path / "loan.json"
        if folder.exists():
            mounts = (self._root / MOUNTS).read_text(encoding="utf-8")
            if str(folder) in (line.split()[1] for line in mounts.splitlines()):
                self._run(["umount", "--lazy", str(folder)])
            folder.rmdir()
        if record.exists():
            loan, total = Loan(**json.loads(record.read_text(encoding="ascii"))), self._pages()
            kept = total_after(loan, total)
            if kept != total:
                _write(path, Loan(loan.pages, kept))  # Whoever comes again finds nothing to take.
                self._total.write_text(f"{kept}\n", encoding="ascii")
            record.unlink()
        if path.exists():
            (path / "loan.new").unlink(missing_ok=True)
            path.rmdir()

    def _pages(self):
        return int(self._total.read_text(encoding="ascii"))


def _write(path, loan):
    """Replaces the record at once, so that there is never half of one."""
    (path / "loan.new").write_text(json.dumps(dataclasses.asdict(loan)), encoding="ascii")
    (path / "loan.new").replace(path / "loan.json")
