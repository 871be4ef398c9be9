# SPDX-License-Identifier: Apache-2.0
"""Sockets of another network namespace for this process: a socket stays where it was made."""

import concurrent.futures
import ctypes
import os
import socket

CLONE_NEWNET = 0x40000000


def tcp_socket(namespace):
    """A TCP socket in `namespace`, one of those that `ip netns` knows."""

    def make():
        descriptor = os.open(f"/run/netns/{namespace}", os.O_RDONLY | os.O_CLOEXEC)
        try:
            if ctypes.CDLL(None, use_errno=True).setns(descriptor, CLONE_NEWNET):
                raise OSError(ctypes.get_errno(), f"entering the namespace {namespace}")
            return socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        finally:
            os.close(descriptor)

    # setns() moves the calling thread alone, and this one ends behind it.
    with concurrent.futures.ThreadPoolExecutor(1) as elsewhere:
        return elsewhere.submit(make).result()
