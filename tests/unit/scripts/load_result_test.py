# SPDX-License-Identifier: Apache-2.0
"""What the testbed reads out of the reports of wrk and ab."""

import unittest

import written_tree  # noqa: F401  (makes scripts/ importable)
from testbed.client import ab_result, wrk_result
from testbed.penstock import with_socket

WRK = "  20000 requests in 2.00m, 3.62MB read\nRequests/sec:    166.67\n"


class LoadResult(unittest.TestCase):
    def test_reads_a_round_of_wrk_without_failure(self):
        load = wrk_result(WRK)
        self.assertEqual((load.requests, load.failed, load.per_second), (20000, 0, 166.67))

    def test_adds_up_every_way_in_which_wrk_may_fail(self):
        errors = "  Socket errors: connect 1, read 2, write 3, timeout 4\n"
        self.assertEqual(wrk_result(WRK + errors + "  Non-2xx or 3xx responses: 5\n").failed, 15)

    def test_reads_both_kinds_of_failure_of_ab(self):
        text = "Complete requests:      90\nFailed requests:        2\nNon-2xx responses:      3\n"
        load = ab_result(text)
        self.assertEqual((load.requests, load.failed), (90, 5))


class WithSocket(unittest.TestCase):
    def test_replaces_the_admin_group(self):
        self.assertEqual(with_socket('a = 1;\nadmin = { socket = "/x"; };\nb = 2;\n', "/y"),
                         'a = 1;\nadmin = { socket = "/y"; };\nb = 2;\n')
        self.assertEqual(with_socket('admin:\n{\n  socket = "/x";\n};\n', "/y"),
                         'admin = { socket = "/y"; };\n')

    def test_adds_the_group_where_there_is_none(self):
        self.assertEqual(with_socket("a = 1;\n", "/y"), 'a = 1;\n\nadmin = { socket = "/y"; };\n')


if __name__ == "__main__":
    unittest.main()
