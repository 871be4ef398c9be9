# SPDX-License-Identifier: Apache-2.0
"""What scripts/check_layers.py refuses, and what it lets pass."""

import unittest

from written_tree import WrittenTree

import check_layers

DATAPLANE = """# layers-begin
#   base  :                      words
#   nic   : base                 frames
#   tcp   : base                 bytes
#   proxy : base tcp nic/slice.h   one exchange
# layers-end
"""
CONTROL = """# layers-begin
#   model : dataplane/base          plain structs
#   admin : model dataplane/proxy/snapshot.h   the socket
# layers-end
"""


def findings(files, dataplane=DATAPLANE, control=CONTROL):
    headers = {f"dataplane/{name}.h": "" for name in
               ("base/time", "nic/slice", "nic/port", "tcp/stream", "tcp/inner/order",
                "proxy/snapshot", "proxy/relay")}
    tree = {"dataplane/meson.build": dataplane, "control/meson.build": control,
            "control/model/pool.h": "", **headers, **files}
    with WrittenTree(tree) as root:
        return check_layers.check_tree(root)


class CheckLayers(unittest.TestCase):
    def test_lets_a_layer_include_itself_and_what_its_line_names(self):
        text = '#include "dataplane/tcp/stream.h"\n#include "dataplane/base/time.h"\n#include <map>\n'
        self.assertEqual(findings({"dataplane/tcp/stack.cc": text}), [])

    def test_refuses_an_include_that_points_forward(self):
        found = findings({"dataplane/base/clock.cc": '#include "dataplane/tcp/stream.h"\n'})
        self.assertEqual(
            found, ["dataplane/base/clock.cc:1: dataplane/base may not include dataplane/tcp/stream.h"])

    def test_refuses_a_folder_where_only_one_header_is_named(self):
        source = "dataplane/proxy/relay.cc"
        self.assertEqual(findings({source: '#include "dataplane/nic/slice.h"\n'}), [])
        self.assertIn("may not include dataplane/nic/port.h",
                      findings({source: '#include "dataplane/nic/port.h"\n'})[0])

    def test_keeps_a_folder_within_a_layer_for_that_layer(self):
        text = '#include "dataplane/tcp/inner/order.h"\n'
        self.assertEqual(findings({"dataplane/tcp/stack.cc": text}), [])
        self.assertEqual(
            findings({"dataplane/proxy/relay.cc": text}),
            ["dataplane/proxy/relay.cc:1: dataplane/proxy may not include dataplane/tcp/inner/order.h"])

    def test_lets_a_layer_include_a_folder_within_another_that_its_line_names(self):
        order = DATAPLANE.replace("base tcp nic/slice.h", "base tcp tcp/inner nic/slice.h")
        text = '#include "dataplane/tcp/inner/order.h"\n'
        self.assertEqual(findings({"dataplane/proxy/relay.cc": text}, dataplane=order), [])

    def test_refuses_the_control_plane_inside_the_data_plane(self):
        found = findings({"dataplane/proxy/relay.cc": '#include "control/model/pool.h"\n'})
        self.assertIn("dataplane/proxy may not include control/model/pool.h", found[0])

    def test_lets_control_include_only_the_named_parts_of_the_data_plane(self):
        source = "control/admin/socket.cc"
        self.assertEqual(findings({source: '#include "dataplane/proxy/snapshot.h"\n'}), [])
        self.assertEqual(len(findings({source: '#include "dataplane/proxy/relay.h"\n'})), 1)

    def test_refuses_an_include_that_is_not_written_from_the_root(self):
        found = findings({"dataplane/base/clock.cc": '#include "time.h"\n'})
        self.assertIn("no file from the root", found[0])

    def test_refuses_a_source_that_stands_in_no_layer(self):
        self.assertIn("stands in no layer", findings({"dataplane/attic/old.cc": ""})[0])

    def test_refuses_an_order_in_which_a_lower_layer_names_a_later_one(self):
        order = DATAPLANE.replace("base  :                      words", "base  : tcp    words")
        self.assertIn("which stands later", findings({}, dataplane=order)[0])

    def test_refuses_a_part_whose_order_is_missing(self):
        self.assertIn("is missing", findings({}, control="# nothing\n")[0])

    def test_refuses_a_line_of_the_order_that_it_cannot_read(self):
        order = CONTROL.replace("#   model : dataplane/base", "#   model dataplane/base")
        self.assertTrue(any("not `# name" in line for line in findings({}, control=order)))


if __name__ == "__main__":
    unittest.main()
