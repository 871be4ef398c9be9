# SPDX-License-Identifier: Apache-2.0
"""What fickle_origin.py answers to a request, which fickle_clients.py knows beforehand."""

import zlib


def body_to_post(target):
    return b"posted to %s;" % target * (zlib.crc32(target) % 20 + 1)


def answer_to(method, target, body):
    """The whole request is in it: no other request has this answer."""
    digest = zlib.crc32(body, zlib.crc32(target))
    return b"%s %s %08x\n" % (method, target, digest) * (digest % 60 + 1)
