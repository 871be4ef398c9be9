#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the *_test.py of one folder, each bounded in time; prints the counts as JSON at the end.

usage: scripts/python_tests.py [--again N] FOLDER SECONDS_PER_TEST [NAME...]   (NAME: part of a
test's name)

--again N: up to N tests that fail are run once more when all others are through, and what passes
then has passed, and is named. For tests that share a machine with whatever else runs there; more
than N failures have another cause, and stay failures. So do those of a class that says
may_run_again = False.
"""

import argparse

import json
import os
import pathlib
import signal
import sys
import time
import unittest

SCRIPTS = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(SCRIPTS))
sys.dont_write_bytecode = True
import failure_lines  # noqa: E402  (found beside this file, wherever it is called from)


class Overdue(Exception):
    """A test took longer than it may."""


def ring(*_):
    raise Overdue("this test took too long")


class Report(unittest.TextTestResult):
    """One line a test, with its time, as it ends."""

    seconds_max = 60

    def __init__(self, *words):
        super().__init__(*words)
        self.passed = set()  # their names

    def failed(self):
        return [test for test, _ in [*self.failures, *self.errors]] + self.unexpectedSuccesses

    def startTest(self, test):
        self.began = time.monotonic()
        signal.alarm(self.seconds_max)
        unittest.TestResult.startTest(self, test)

    def stopTest(self, test):
        signal.alarm(0)
        super().stopTest(test)

    def _say(self, test, word):
        seconds = time.monotonic() - getattr(self, "began", time.monotonic())
        print(f"  {word:8} {test.id()} ({seconds:.1f} s)", flush=True)

    def addSuccess(self, test):
        self.passed.add(test.id())
        self._say(test, "ok")

    def addError(self, test, error):
        unittest.TestResult.addError(self, test, error)
        self._say(test, "ERROR")
        print(self.errors[-1][1], flush=True)  # at once: what comes later may never be reached

    def addFailure(self, test, error):
        unittest.TestResult.addFailure(self, test, error)
        self._say(test, "FAILED")
        print(self.failures[-1][1], flush=True)

    def printErrors(self):
        """Each was printed when it happened."""

    def addSkip(self, test, reason):
        unittest.TestResult.addSkip(self, test, reason)
        self._say(test, f"skipped: {reason}")


def chosen(suite, words):
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            yield from chosen(test, words)
        elif not words or any(word in test.id() for word in words):
            yield test


def same_again(failed, every):
    """New instances of a test that failed, or of all tests of a class that could not be set up."""
    case = getattr(failed, "test_case", failed)  # of a subtest
    if isinstance(case, unittest.loader._FailedTest) or not getattr(case, "may_run_again", True):
        return []
    name = case.id().partition("(")[2].rstrip(")")  # "setUpClass (module.Class)"
    return [type(one)(one._testMethodName) for one in every
            if one.id() == case.id() or unittest.util.strclass(type(one)) == name]


def run(tests):
    return unittest.TextTestRunner(sys.stdout, verbosity=0, resultclass=Report).run(
        unittest.TestSuite(tests))


def run_all(every, again_max):
    """Runs them, and once more what may run again; returns the counts."""
    result = run(every)
    failed, passed, skipped = result.failed(), result.passed, len(result.skipped)
    again = [same_again(test, every) for test in failed]
    if 0 < len(again) <= again_max and all(again):
        again = list({test.id(): test for test in sum(again, [])}.values())
        print(f"once more, alone: {' '.join(test.id() for test in again)}", flush=True)
        second = run(again)
        for name in sorted(second.passed):
            print(f"{failure_lines.PASSED_LATE}{name}", flush=True)
        failed, passed = second.failed(), passed | second.passed
        skipped += len(second.skipped)
    return {"passed": len(passed), "failed": len(failed), "skipped": skipped}


def main():
    parser = argparse.ArgumentParser(usage=__doc__.split("\n")[2].removeprefix("usage: "))
    parser.add_argument("--again", type=int, default=0)
    parser.add_argument("folder")
    parser.add_argument("seconds", type=int)
    parser.add_argument("words", nargs="*")
    options = parser.parse_args()
    folder = options.folder
    sys.path.insert(0, os.path.abspath(folder))
    signal.signal(signal.SIGALRM, ring)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda received, _: sys.exit(128 + received))
    Report.seconds_max = options.seconds
    suite = unittest.TestLoader().discover(folder, pattern="*_test.py", top_level_dir=folder)
    every = list(chosen(suite, options.words))
    counts = run_all(every, options.again)
    print(json.dumps(counts))
    return 1 if counts["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
