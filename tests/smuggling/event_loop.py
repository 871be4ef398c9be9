# SPDX-License-Identifier: Apache-2.0
"""Clients and origins that a test plays in one thread: their sockets, and the loop that moves them.

Whatever lies ready at one moment is all read before anything is judged, so that a test which has
seen an answer has also seen what reached an origin before it.
"""

import selectors
import socket
import struct
import time

from testbed.namespace_socket import tcp_socket

READ_BYTES = 1 << 16
CONNECT_SECONDS_MAX = 10


class Loop:
    def __init__(self):
        self._selector = selectors.DefaultSelector()

    def close(self):
        for key in list(self._selector.get_map().values()):
            key.fileobj.close()
        self._selector.close()

    def watch(self, sock, user, writes=False):
        """`user.on_ready()` is called when `sock` has something to read, or takes something."""
        events = selectors.EVENT_READ | (selectors.EVENT_WRITE if writes else 0)
        if sock in self._selector.get_map():
            self._selector.modify(sock, events, user)
        else:
            self._selector.register(sock, events, user)

    def forget(self, sock):
        if sock.fileno() >= 0 and sock in self._selector.get_map():
            self._selector.unregister(sock)

    def turn(self, seconds):
        for key, _ in self._selector.select(seconds):
            key.data.on_ready()

    def until(self, condition, seconds, what):
        """Turns until `condition()`; a TimeoutError says `what` did not come."""
        deadline = time.monotonic() + seconds
        while not condition():
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError(f"{what}: still not so after {seconds} s")
            self.turn(min(left, 1))


class Connection:
    """One TCP connection. `received` gathers what comes; `ended` says how the peer ended it."""

    def __init__(self, loop, sock):
        sock.setblocking(False)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._loop, self._socket = loop, sock
        self._outbox, self._finishes, self._finished = b"", False, False
        self.received, self.ended = b"", None  # None, "closed" or "reset"
        self.bytes_out = 0
        loop.watch(sock, self)

    def send(self, data):
        self._outbox += data
        self._write()

    def finish(self):
        """Closes our side behind all that is to be sent."""
        self._finishes = True
        self._write()

    def reset(self):
        if self._socket.fileno() >= 0:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close()

    def close(self):
        self._loop.forget(self._socket)
        self._socket.close()

    def port(self):
        """The one at our end."""
        return self._socket.getsockname()[1]

    def pause(self):
        """Reads nothing from now on."""
        self._loop.forget(self._socket)

    def resume(self):
        """Reads again."""
        self._loop.watch(self._socket, self)

    def on_ready(self):
        self._read()
        self._write()

    def on_received(self):
        """For those who act on what came."""

    def _read(self):
        try:
            data = self._socket.recv(READ_BYTES)
        except BlockingIOError:
            return
        except OSError:
            self._end("reset")
            return
        if data:
            self.received += data
        else:
            self._end("closed")
        self.on_received()

    def _end(self, how):
        self.ended = how
        self._loop.forget(self._socket)

    def _write(self):
        if self._socket.fileno() < 0 or self.ended == "reset":
            return
        try:
            if self._outbox:
                sent = self._socket.send(self._outbox)
                self._outbox = self._outbox[sent:]
                self.bytes_out += sent
            if self._finishes and not self._outbox and not self._finished:
                self._socket.shutdown(socket.SHUT_WR)
                self._finished = True
        except BlockingIOError:
            pass
        except OSError:
            self._outbox = b""  # Reading tells how it ended.
        if self.ended is None:
            self._loop.watch(self._socket, self, writes=bool(self._outbox))


def connect(loop, host, address, port, kind=Connection, receive_buffer=None):
    """A connection from a host of the testbed."""
    sock = tcp_socket(host.name)
    if receive_buffer:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    sock.settimeout(CONNECT_SECONDS_MAX)
    sock.connect((address, port))
    return kind(loop, sock)


class Listener:
    """Accepts connections on a host of the testbed; `accept(socket)` makes something of each."""

    def __init__(self, loop, host, address, port, accept):
        self._socket = tcp_socket(host.name)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._socket.bind((address, port))
        self._socket.listen(512)
        self._socket.setblocking(False)
        self._accept = accept
        loop.watch(self._socket, self)

    def on_ready(self):
        try:
            sock, _ = self._socket.accept()
        except BlockingIOError:
            return
        self._accept(sock)
