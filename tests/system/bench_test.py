# SPDX-License-Identifier: Apache-2.0
"""The benchmark rig measures the shipped penstockd, and gives back what it took."""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
RUN_SECONDS_MAX = 80


def huge_pages():
    text = pathlib.Path("/proc/meminfo").read_text(encoding="ascii")
    return int(re.search(r"HugePages_Total:\s+(\d+)", text).group(1))


@unittest.skipIf(os.cpu_count() < 2, "the load generator needs a core of its own")
class BenchTest(unittest.TestCase):
    def test_a_scenario_is_measured_without_a_failure(self):
        before = huge_pages()
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "results.json"
            done = subprocess.run(
                [sys.executable, "bench/rig/main.py", "--scenario", "client-connection-per-request",
                 "--against", "none", "--wire", "bypass", "--seconds", "1", "--repeat", "1",
                 "--json", str(file)],
                cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
                timeout=RUN_SECONDS_MAX)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            scenario = json.loads(file.read_text(encoding="utf-8"))["scenarios"][0]
        result = scenario["results"][0]
        self.assertEqual((result["system"], result["wire"]), ("penstock", "bypass"))
        self.assertEqual((result["failed"], result["error"]), (0, None))
        self.assertGreater(result["requests_per_second"]["median"], 0)
        self.assertGreater(result["cycles_per_request"]["median"], 0)
        self.assertGreater(result["latency_us"]["p99"], 0)
        self.assertEqual(huge_pages(), before)
