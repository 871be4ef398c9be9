#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The stages of scripts/test, in order. Each prints a line with its counts and its time.

What a stage prints is kept in build/logs/STAGE.log, and shown when the stage fails. What failed in
any of them is said again at the end.
"""

import concurrent.futures
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
sys.dont_write_bytecode = True
import failure_lines  # noqa: E402  (found beside this file, wherever it is called from)
import test_counts  # noqa: E402  (found beside this file, wherever it is called from)
from test_counts import Counts  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[1]
LOGS = ROOT / "build" / "logs"
JOBS = os.cpu_count() or 1
BUILD_SECONDS_MAX = 1800  # the whole of build/asan has taken 1,100 on slow machines
PROGRAM_SECONDS_MAX = 300
SYSTEM_SECONDS_MAX = 1500
# Of tests over taps and namespaces, each with a dozen processes on what cores there are, so many
# may run once more; what passes only then is named at the end.
SYSTEM_TESTS_AGAIN_MAX = 3
SIMULATION_SECONDS_MAX = 600
SIMULATION_SEEDS = 300
GUARD_SECONDS_MAX = 1800  # with the base commit built, where this processor has no figures
SMUGGLING_TEST_SECONDS_MAX = 60
SYSTEM_TEST_SECONDS_MAX = 360  # 100,000 connections on a slow machine
FUZZ_SECONDS = 20
# One input of theirs reaches so much code that libFuzzer's own schedule would cost more than the
# input: without it they run three times as many in the same time.
FUZZ_OPTIONS = {"proxy_exchange_fuzz": ["-entropic=0"], "tcp_connection_fuzz": ["-entropic=0"]}
SANITIZERS = {
    "ASAN_OPTIONS": "detect_leaks=1:strict_string_checks=1:detect_stack_use_after_return=1",
    "UBSAN_OPTIONS": "print_stacktrace=1:halt_on_error=1",
    "TSAN_OPTIONS": f"halt_on_error=1:suppressions={ROOT}/tests/tsan_suppressions.txt",
}


class Stage:
    """Runs programs, and keeps what they print."""

    def __init__(self, name):
        self.log = LOGS / f"{name}.log"
        self.log.write_text("", encoding="utf-8")

    def run(self, command, seconds, cwd=ROOT, environment=None):
        """Returns the exit status and what was printed; a program that is too slow is ended and
        counts as failed."""
        with tempfile.TemporaryFile() as output:
            try:
                status = subprocess.run(
                    command, cwd=cwd, stdin=subprocess.DEVNULL, stdout=output,
                    stderr=subprocess.STDOUT, timeout=seconds, check=False,
                    env={**os.environ, **SANITIZERS, **(environment or {})}).returncode
            except subprocess.TimeoutExpired:
                output.write(f"\nended after {seconds} s\n".encode())
                status = 124
            output.seek(0)
            text = output.read().decode(errors="replace")
        with open(self.log, "a", encoding="utf-8") as log:
            log.write(f"$ {' '.join(map(str, command))}\n{text}\n")
        return status, text

    def show(self):
        lines = failure_lines.without_passed(self.log.read_text(encoding="utf-8"))
        print("\n".join(lines[-150:]), flush=True)

    def failures(self):
        """What there is to say at the end; a stage that failed never says nothing."""
        lines = failure_lines.of_log(self.log.read_text(encoding="utf-8"))
        return lines or [f"  it does not say of what; see {self.log.relative_to(ROOT)}"]

    def passed_late(self):
        return failure_lines.passed_late(self.log.read_text(encoding="utf-8"))


def build(kind):
    """Builds one kind; a build that works is no test, and one that does not is a failure."""

    def stage(stage):
        status, _ = stage.run(["scripts/build", kind], BUILD_SECONDS_MAX)
        return Counts(failed=int(status != 0))

    return stage


def check(stage):
    return test_counts.of_status(stage.run(["scripts/check", "--dataplane"], BUILD_SECONDS_MAX)[0])


def scripts(stage):
    return (python_tests(stage, "tests/unit/scripts", 30, PROGRAM_SECONDS_MAX)
            + python_tests(stage, "tests/unit/bench", 30, PROGRAM_SECONDS_MAX))


def guard(stage):
    """Instructions per request, counted; one test."""
    return test_counts.of_status(stage.run(
        ["python3", "bench/rig/guard.py"], GUARD_SECONDS_MAX,
        environment={"PENSTOCK_BUILD": "build/release"})[0])


def simulation(stage):
    """Worlds by their seeds; each is a test."""
    _, text = stage.run(["scripts/sim", str(SIMULATION_SEEDS), "--build", "asan"],
                        SIMULATION_SECONDS_MAX)
    return test_counts.of_worlds(text, SIMULATION_SEEDS)


def system(stage):
    """The two folders side by side: each has a testbed of its own, and waits more than it works."""
    again = ["--again", str(SYSTEM_TESTS_AGAIN_MAX)]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        folders = [pool.submit(python_tests, stage, folder, seconds, SYSTEM_SECONDS_MAX, again)
                   for folder, seconds in (("tests/system", SYSTEM_TEST_SECONDS_MAX),
                                           ("tests/smuggling", SMUGGLING_TEST_SECONDS_MAX))]
        return sum((folder.result() for folder in folders), Counts())


def python_tests(stage, folder, seconds_each, seconds, words=()):
    status, text = stage.run(
        ["python3", "scripts/python_tests.py", *words, folder, str(seconds_each)], seconds)
    last = ([line for line in text.splitlines() if line] or [""])[-1]
    if not last.startswith("{"):
        return Counts(failed=1)
    counts = Counts(**json.loads(last))
    return counts if status == 0 or counts.failed else counts + Counts(failed=1)


def meson_tests(kind):
    """All test programs that exist in build/KIND, their cases counted one by one."""

    def stage(stage):
        listing = subprocess.run(["meson", "introspect", "--tests", f"build/{kind}"], cwd=ROOT,
                                 capture_output=True, check=True, text=True).stdout
        tests = [test for test in json.loads(listing) if os.path.exists(test["cmd"][0])]
        if not tests:
            return Counts(failed=1)
        with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
            return sum(pool.map(lambda test: run_meson_test(stage, test), tests), Counts())

    return stage


def run_meson_test(stage, test):
    with tempfile.TemporaryDirectory() as folder:
        report = pathlib.Path(folder) / "report.json"
        googletest = test["protocol"] == "gtest"
        words = [f"--gtest_output=json:{report}", "--gtest_brief=1"] if googletest else []
        status, _ = stage.run([*test["cmd"], *words], PROGRAM_SECONDS_MAX,
                              cwd=test["workdir"] or ROOT, environment=test["env"])
        if not googletest:
            return test_counts.of_status(status)
        text = report.read_text(encoding="utf-8") if report.exists() else None
        return test_counts.of_googletest(text, status)


def fuzz(stage):
    """Each target reads its corpus, then searches on from there for a while."""
    targets = sorted(path for path in (ROOT / "build" / "fuzz").rglob("*_fuzz")
                     if path.is_file() and os.access(path, os.X_OK))
    if not targets:
        return Counts(failed=1)

    def run(target):
        corpus = ROOT / "tests" / "fuzz" / "corpus" / target.name.removesuffix("_fuzz")
        with tempfile.TemporaryDirectory() as found:
            seeds = [str(corpus)] if corpus.is_dir() else []
            command = [str(target), f"-max_total_time={FUZZ_SECONDS}", "-timeout=10",
                       "-rss_limit_mb=4096", "-print_final_stats=1", f"-artifact_prefix={LOGS}/",
                       *FUZZ_OPTIONS.get(target.name, []), found, *seeds]
            return test_counts.of_status(stage.run(command, PROGRAM_SECONDS_MAX)[0])

    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        return sum(pool.map(run, targets), Counts())


STAGES = {
    "scripts": scripts,
    "check": check,
    "build-release": build("bench"),  # the whole of build/release
    "guard": guard,
    "build-asan": build("asan"),
    "unit": meson_tests("asan"),
    "sim": simulation,
    "build-tsan": build("tsan"),
    "threads": meson_tests("tsan"),
    "build-fuzz": build("fuzz"),
    "fuzz": fuzz,
    "system": system,
}


def main():
    unknown = [name for name in sys.argv[1:] if name not in STAGES]
    if unknown:
        print(f"test: no stage {unknown[0]}; there are: {' '.join(STAGES)}", file=sys.stderr)
        return 2
    LOGS.mkdir(parents=True, exist_ok=True)
    total, begin, to_say = Counts(), time.monotonic(), []
    for name in sys.argv[1:] or STAGES:
        print(f"test: {name:14} ...", flush=True)
        began, stage = time.monotonic(), Stage(name)
        counts = STAGES[name](stage)
        if counts.failed:
            stage.show()
            to_say += [f"test: failed in {name}:", *stage.failures()]
        to_say += stage.passed_late()
        print(f"test: {name:14} {counts}, {time.monotonic() - began:.0f} s", flush=True)
        total += counts
    print("\n".join([*to_say, ""]), end="")
    print(f"test: all of it took {time.monotonic() - begin:.0f} s")
    print(total, flush=True)
    return 1 if total.failed or not total.passed else 0


if __name__ == "__main__":
    sys.exit(main())
