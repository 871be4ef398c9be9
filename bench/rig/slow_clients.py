# SPDX-License-Identifier: Apache-2.0
"""Clients that download a file slowly, again and again, and compare every byte. Run until ended.

usage: slow_clients.py ADDRESS COUNT TARGET HOST BODY_FILE BYTES_PER_SECOND SOURCE...

Each takes READ_BYTES at a time out of a small receive buffer, one client after the other at an even
pace, so that the balancer meets windows that are nearly always full. Prints as beside_clients.py
wants it.
"""

import pathlib
import socket
import sys
import time

READ_BYTES = 4096
BUFFER_BYTES = 16384  # The kernel takes twice that and counts its own records in it.
STARVED_READS_MAX = 40  # in a row, with nothing there: this client has failed


class SlowClient:
    def __init__(self, server, source, head, body):
        self._head, self._body = head, body
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER_BYTES)
        self._socket.bind((source, 0))
        self._socket.settimeout(10)
        self._socket.connect(server)
        self._socket.setblocking(False)
        self._starved, self.failure, self.began = 0, "", False
        self._ask()

    def _ask(self):
        self._socket.send(self._head)
        self._response_head, self._position = b"", 0

    def read(self):
        """One turn; afterwards `failure` says what is wrong, if anything."""
        if self.failure:
            return
        try:
            data = self._socket.recv(READ_BYTES)
        except BlockingIOError:
            self._starved += 1
            if self._starved > STARVED_READS_MAX:
                self.failure = f"nothing has come for {self._starved} reads"
            return
        except OSError as problem:
            self.failure = str(problem)
            return
        self._starved = 0
        self.failure = self._take(data) if data else "the connection was closed"

    def _take(self, data):
        """What is wrong with what has come, or nothing."""
        if self._position == 0:
            self._response_head += data
            head, end, data = self._response_head.partition(b"\r\n\r\n")
            if not end:
                return "" if len(head) < READ_BYTES else "the head of the response does not end"
            if not head.startswith(b"HTTP/1.1 200 "):
                return head.decode("latin-1").splitlines()[0]
        self.began = self.began or bool(data)
        if self._body[self._position:self._position + len(data)] != data:
            return f"the body differs from byte {self._position} on or behind"
        self._position += len(data)
        if self._position == len(self._body):
            self._ask()
        return ""


def run(clients, reads_per_second):
    """Client after client, one read each, forever."""
    begin, number, failed, ready = time.monotonic(), 0, 0, False
    while True:
        time.sleep(max(0.0, begin + number / reads_per_second - time.monotonic()))
        clients[number % len(clients)].read()
        number += 1
        if number % len(clients) == 0:
            failures = [client.failure for client in clients if client.failure]
            if len(failures) != failed:
                failed = len(failures)
                print(f"failed {failed}\nof late: {failures[-1]}", flush=True)
            if not ready and all(client.began or client.failure for client in clients):
                ready = True
                print("ready", flush=True)


def main():
    address, count, target, host, body_file, bytes_per_second, *sources = sys.argv[1:]
    head = f"GET {target} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()
    body = pathlib.Path(body_file).read_bytes()
    clients = [SlowClient((address, 80), sources[index % len(sources)], head, body)
               for index in range(int(count))]
    run(clients, int(count) * int(bytes_per_second) / READ_BYTES)


if __name__ == "__main__":
    main()
