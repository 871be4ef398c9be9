# SPDX-License-Identifier: Apache-2.0
"""Files of a given size whose bytes follow from a seed, so that a difference can be repeated."""

import hashlib
import random

KIB, MIB = 1024, 1024 * 1024


def write(path, size, seed):
    """Writes the file and returns its SHA-256."""
    source, digest = random.Random(seed), hashlib.sha256()
    with open(path, "wb") as output:
        for begin in range(0, size, MIB):
            block = source.randbytes(min(MIB, size - begin))
            digest.update(block)
            output.write(block)
    return digest.hexdigest()


def sha256_of(path):
    with open(path, "rb") as text:
        return hashlib.file_digest(text, "sha256").hexdigest()
