# SPDX-License-Identifier: Apache-2.0
"""The reader of captures, on frames made by hand."""

import struct
import unittest

from acknowledged_posts import ACK, SYN, acknowledged_posts

PORT = 8080
PENSTOCK, ORIGIN = ("10.80.2.1", 50000), ("10.80.2.11", PORT)
POST = b"POST /3/14 HTTP/1.1\r\n"


def frame(source, target, sequence, acknowledgment=0, flags=ACK, data=b""):
    def address(end):
        return bytes(int(part) for part in end[0].split("."))

    ip = struct.pack("!BBHHHBBH", 0x45, 0, 40 + len(data), 0, 0, 64, 6, 0)
    tcp = struct.pack("!HHIIBBHHH", source[1], target[1], sequence, acknowledgment, 0x50, flags,
                      0, 0, 0)
    return bytes(12) + b"\x08\0" + ip + address(source) + address(target) + tcp + data


class AcknowledgedPostsTest(unittest.TestCase):
    def assert_acknowledged(self, targets, *frames):
        self.assertEqual(acknowledged_posts(frames, PORT).acknowledged, set(targets))

    def test_a_post_is_there_once_its_first_byte_is_acknowledged(self):
        sent = frame(PENSTOCK, ORIGIN, 1000, data=POST)
        self.assert_acknowledged([], sent)
        self.assert_acknowledged([], sent, frame(ORIGIN, PENSTOCK, 1, 1000))
        self.assert_acknowledged(["/3/14"], sent, frame(ORIGIN, PENSTOCK, 1, 1001))

    def test_sequence_numbers_begin_again(self):
        sent = frame(PENSTOCK, ORIGIN, 0xfffffff8, data=POST)
        self.assert_acknowledged(["/3/14"], sent, frame(ORIGIN, PENSTOCK, 1, 5))

    def test_a_reset_without_an_acknowledgment_acknowledges_nothing(self):
        self.assert_acknowledged([], frame(PENSTOCK, ORIGIN, 1000, data=POST),
                                 frame(ORIGIN, PENSTOCK, 1, 1001, flags=0x04))

    def test_what_others_acknowledge_is_nothing_to_it(self):
        sent = frame(PENSTOCK, ORIGIN, 1000, data=POST)
        self.assert_acknowledged([], sent, frame(("10.80.2.12", PORT), PENSTOCK, 1, 2000))
        self.assert_acknowledged([], sent, frame(ORIGIN, ("10.80.2.1", 50001), 1, 2000))

    def test_who_is_sent_twice_on_one_connection_is_told(self):
        sent = frame(PENSTOCK, ORIGIN, 1000, data=POST)
        another = frame(("10.80.2.1", 50001), ORIGIN, 1000, data=POST)
        self.assertEqual(acknowledged_posts([sent, another], PORT).repeated, set())
        self.assertEqual(acknowledged_posts([sent, sent], PORT).repeated, {"/3/14"})

    def test_a_new_connection_between_the_same_ends_begins_anew(self):
        self.assert_acknowledged([], frame(PENSTOCK, ORIGIN, 1000, data=POST),
                                 frame(PENSTOCK, ORIGIN, 9000, flags=SYN),
                                 frame(ORIGIN, PENSTOCK, 1, 9001, flags=SYN | ACK))
