#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the *_test.py of one folder, each bounded in time; prints the counts as JSON at the end.

usage: scripts/python_tests.py FOLDER SECONDS_PER_TEST [NAME...]   (NAME: part of a test's name)
"""

import json
import os
import pathlib
import signal
import sys
import time
import unittest

SCRIPTS = pathlib.Path(__file__).resolve().parent


class Overdue(Exception):
    """A test took longer than it may."""


def ring(*_):
    raise Overdue("this test took too long")


class Report(unittest.TextTestResult):
    """One line a test, with its time, as it ends."""

    seconds_max = 60

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
        self._say(test, "ok")

    def addError(self, test, error):
        unittest.TestResult.addError(self, test, error)
        self._say(test, "ERROR")

    def addFailure(self, test, error):
        unittest.TestResult.addFailure(self, test, error)
        self._say(test, "FAILED")

    def addSkip(self, test, reason):
        unittest.TestResult.addSkip(self, test, reason)
        self._say(test, f"skipped: {reason}")


def chosen(suite, words):
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            yield from chosen(test, words)
        elif not words or any(word in test.id() for word in words):
            yield test


def main():
    folder, seconds, words = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
    sys.dont_write_bytecode = True
    sys.path[:0] = [os.path.abspath(folder), str(SCRIPTS)]
    signal.signal(signal.SIGALRM, ring)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda received, _: sys.exit(128 + received))
    Report.seconds_max = seconds
    suite = unittest.TestLoader().discover(folder, pattern="*_test.py", top_level_dir=folder)
    result = unittest.TextTestRunner(sys.stdout, verbosity=0, resultclass=Report).run(
        unittest.TestSuite(chosen(suite, words)))
    failed = len(result.failures) + len(result.errors) + len(result.unexpectedSuccesses)
    skipped = len(result.skipped)
    passed = max(0, result.testsRun - failed - skipped)
    print(json.dumps({"passed": passed, "failed": failed, "skipped": skipped}))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
