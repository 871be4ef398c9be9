# SPDX-License-Identifier: Apache-2.0
"""What a result depends on beside the code: the machine, the kernel, versions, and the commit."""

import os
import pathlib
import re

from testbed import process
from testbed.penstock import executable

ROOT = pathlib.Path(__file__).resolve().parents[2]
MISSING = 127


def describe(core):
    """The machine as a dictionary, `core` being the one under test; what cannot be told is None."""
    cpu = lscpu(_output(["lscpu"]))
    return {
        "cpu": cpu.get("Model name"), "cores": os.cpu_count(), "threads_per_core":
        _number(cpu.get("Thread(s) per core")), "tsc_mhz": tsc_mhz(_text("/proc/cpuinfo")),
        "core_mhz": core_mhz(core),
        "hypervisor": cpu.get("Hypervisor vendor"), "kernel": os.uname().release,
        "memory_mib": meminfo(_text("/proc/meminfo")).get("MemTotal", 0) // 1024,
        "huge_pages": huge_pages(_text("/proc/meminfo")),
        "load_average": round(os.getloadavg()[0], 2), "perf_counts_cycles": perf_counts_cycles(),
        "versions": versions(),
    }


def versions():
    return {"haproxy": version_in(_output(["haproxy", "-v"])),
            "nginx": version_in(_output(["nginx", "-v"])),
            "dpdk": version_in(_output(["pkg-config", "--modversion", "libdpdk"]))}


def commit():
    """The commit that is checked out, in short, and whether the tree has changes beside it."""
    git = ["git", "-C", str(ROOT), "-c", f"safe.directory={ROOT}"]
    name = _output([*git, "rev-parse", "--short=10", "HEAD"]).strip()
    if not re.fullmatch(r"[0-9a-f]+", name):
        return "unknown"  # an archive of the sources, without their history
    changes = _output([*git, "status", "--porcelain", "--untracked-files=no"]).strip()
    return f"{name}+changes" if changes else name


def lscpu(text):
    """`Name: value` lines as a dictionary."""
    pairs = (line.split(":", 1) for line in text.splitlines() if ":" in line)
    return {name.strip(): value.strip() for name, value in pairs}


def tsc_mhz(cpuinfo):
    """The rate of the time stamp counter; the kernel derives BogoMIPS from it, at two a tick.

    None where the counter follows the clock of the core, and so measures no time.
    """
    found = re.search(r"^bogomips\s*:\s*([\d.]+)", cpuinfo, re.MULTILINE | re.IGNORECASE)
    if not found or "constant_tsc" not in cpuinfo:
        return None
    return round(float(found.group(1)) / 2, 1)


def core_mhz(core):
    """The rate at which the core runs while it has work, measured (bench/load/core_clock.cc)."""
    try:
        text = _output([executable("bench/load/core_clock"), str(core)]).strip()
    except FileNotFoundError:
        return None
    return round(int(text) / 1e6) if text.isdecimal() else None


def meminfo(text):
    return {name: int(value) for name, value in re.findall(r"^(\w+):\s+(\d+)", text, re.MULTILINE)}


def huge_pages(text):
    numbers = meminfo(text)
    return {"total": numbers.get("HugePages_Total", 0), "free": numbers.get("HugePages_Free", 0),
            "kib_each": numbers.get("Hugepagesize", 0)}


def version_in(text):
    """The first word of a program's greeting that is a version."""
    found = re.search(r"\b\d+\.\d+(\.\d+)?[-+~.\w]*", text)
    return found.group(0) if found else None


def perf_counts_cycles():
    """Whether the hardware counts here; in most virtual machines it does not."""
    try:
        counted = process.run(["perf", "stat", "-x", ",", "-e", "cycles", "true"], accept=None)
    except OSError:
        return False
    return counted.returncode == 0 and re.match(r"\d+,", counted.stderr.strip()) is not None


def _output(command):
    """What a program prints on either output, empty where there is no such program."""
    try:
        done = process.run(command, accept=None, env={**os.environ, "LC_ALL": "C"})
    except OSError:
        return ""
    return done.stdout + done.stderr if done.returncode != MISSING else ""


def _text(path):
    return pathlib.Path(path).read_text(encoding="utf-8", errors="replace")


def _number(text):
    return int(text) if text and text.isdecimal() else None
