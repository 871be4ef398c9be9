# SPDX-License-Identifier: Apache-2.0
"""One request by curl before anything is measured: is the answer the origin's, byte for byte?

It also tells how long an answer is, head included, so that a client which only counts bytes can be
checked later.
"""

import dataclasses

from testbed import payload, process
from testbed.waiting import wait_until

FIRST_SECONDS_MAX = 20


@dataclasses.dataclass(frozen=True)
class Answer:
    head_bytes: int
    body_bytes: int


def ask(host, request, expected, home, check_alive):
    """Asks until the system serves; raises if it answers anything but `expected`, a file, or as
    soon as `check_alive()` does."""
    body = home / "first.body"
    words = ["curl", "--silent", "--show-error", "--fail", "--max-time", "10", "--output",
             str(body), "--write-out", "%{size_header} %{size_download}", *request.field_words(),
             # curl would add an Expect, and its own Accept and User-Agent make no difference.
             "-H", "Expect:"]
    if request.upload_bytes:
        words += ["--data-binary", f"@{home / 'upload'}"]

    def answered():
        check_alive()
        done = host.run([*words, request.url], accept=None)
        answered.reason = done.stderr.strip()
        return done.stdout if done.returncode == 0 else None

    try:
        sizes = wait_until(answered, FIRST_SECONDS_MAX, "the first answer")
    except TimeoutError as late:
        raise process.CommandFailed(f"{late}: {answered.reason}") from late
    if payload.sha256_of(body) != payload.sha256_of(expected):
        raise process.CommandFailed(f"the answer to {request.url} differs from {expected}")
    body.unlink()
    return Answer(*map(int, sizes.split()))
