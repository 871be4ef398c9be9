# SPDX-License-Identifier: Apache-2.0
"""Which POSTs an origin's kernel had a byte of: those of which it acknowledged one, on the wire.
And which were sent on one connection twice: it may have had them, and the acknowledgment was lost.

Neither the origin nor its kernel's counters know: what a killed process had not read yet, and what
came between its last read and its close, was acknowledged and is known to nobody.
"""

import collections
import pathlib
import re
import struct

from testbed.waiting import wait_until

SNAP_BYTES = 96  # the headers, and as much of a request line as has its target
BUFFER_KIB = 65536
MARK_PORT, MARK = 9, b"the end of the load"
TARGET = re.compile(rb"POST (/\d+/\d+) ")
SYN, ACK = 0x02, 0x10

Posts = collections.namedtuple("Posts", "acknowledged repeated")


class Capture:
    """What goes between Penstock and its origins' port, from now to `finish()`."""

    def __init__(self, lb, home, port):
        self._file, self._log = pathlib.Path(home) / "posts.pcap", pathlib.Path(home) / "posts.log"
        self._port = port
        self._log.write_bytes(b"")
        begins_a_post = "tcp[(tcp[12] & 0xf0) >> 2 : 4] = 0x504f5354"
        self._process = lb.spawn(
            ["tcpdump", "-Z", "root", "-U", "-n", "-s", str(SNAP_BYTES), "-B", str(BUFFER_KIB),
             "-i", "ps-backend", "-w", str(self._file),
             f"src port {port} or (dst port {port} and (tcp[tcpflags] & tcp-syn != 0 or"
             f" {begins_a_post})) or (udp and dst port {MARK_PORT})"], self._log)
        wait_until(lambda: "listening on" in self._said(), 20, "tcpdump listening")

    def _said(self):
        if self._process.poll():
            raise RuntimeError(f"tcpdump ended: {self._log.read_text('utf-8')}")
        return self._log.read_text(encoding="utf-8")

    def finish(self, host, address):
        """Ends it once it has everything; the targets of POSTs that were acknowledged, and of those
        that were sent twice on one connection."""
        host.run(["bash", "-c", f"echo '{MARK.decode()}' > /dev/udp/{address}/{MARK_PORT}"])
        wait_until(self._has_the_mark, 20, "the end of the capture")
        self.stop()
        if not re.search(r"^0 packets dropped by kernel", self._said(), re.M):
            raise RuntimeError(f"the capture is not whole: {self._said()}")
        return acknowledged_posts(packets_of(self._file), self._port)

    def _has_the_mark(self):
        with open(self._file, "rb") as file:
            file.seek(max(0, self._file.stat().st_size - 4096))
            return MARK in file.read()

    def stop(self):
        self._process.terminate()
        self._process.wait()


def packets_of(path):
    """The frames of a capture file, as far as they were kept."""
    with open(path, "rb") as file:
        file.read(24)
        while len(head := file.read(16)) == 16:
            _, _, kept, _ = struct.unpack("<IIII", head)
            yield file.read(kept)


def acknowledged_posts(packets, port):
    posts, waiting = Posts(set(), set()), {}  # by both ends: where each POST begins
    for packet in packets:
        at = 14 + (packet[14] & 15) * 4
        if packet[23] != 6:
            continue
        source, target, sequence, acknowledgment, length, flags = struct.unpack_from(
            "!HHIIBB", packet, at)
        if source == port:
            ends = packet[30:34], target, packet[26:30]
            if flags & ACK and ends in waiting:
                waiting[ends] = note_covered(posts.acknowledged, waiting[ends], acknowledgment)
            continue
        ends = packet[26:30], source, packet[30:34]
        post = TARGET.match(packet, at + (length >> 4) * 4)
        if flags & SYN:
            waiting.pop(ends, None)
        elif post:
            sent = sequence, post[1].decode()
            if sent in waiting.setdefault(ends, []):
                posts.repeated.add(sent[1])
            waiting[ends].append(sent)
    return posts


def note_covered(posts, waiting, acknowledgment):
    """Adds those of which the first byte is acknowledged; returns the others."""
    left = []
    for sequence, target in waiting:
        if 0 < (acknowledgment - sequence) % (1 << 32) < 1 << 31:
            posts.add(target)
        else:
            left.append((sequence, target))
    return left
