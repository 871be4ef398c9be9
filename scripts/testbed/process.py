# SPDX-License-Identifier: Apache-2.0
"""Starts programs, with their output kept and a bound on their time. Ends only what it started."""

import subprocess

COMMAND_SECONDS_MAX = 60


class CommandFailed(Exception):
    """A program that had to succeed did not; the text says which and what it printed."""


def run(command, seconds=COMMAND_SECONDS_MAX, accept=(0,), **options):
    """Runs to the end; returns the CompletedProcess with text output, or raises CommandFailed."""
    options.setdefault("text", True)
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, timeout=seconds, check=False, **options)
    except subprocess.TimeoutExpired as late:
        raise CommandFailed(f"`{' '.join(command)}` took more than {seconds} s") from late
    if accept is not None and done.returncode not in accept:
        raise CommandFailed(f"`{' '.join(command)}` ended with {done.returncode}: "
                            f"{(done.stderr or done.stdout).strip()}")
    return done


def spawn(command, log):
    """Starts a program that runs beside us, its output appended to the file `log`.

    It has its own session, so that Ctrl-C reaches us alone and we end it in order; and the kernel
    kills it when we die, however we die.
    """
    with open(log, "ab") as output:
        return subprocess.Popen(["setpriv", "--pdeathsig", "KILL", *command],
                                stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                                start_new_session=True)
