# SPDX-License-Identifier: Apache-2.0
"""The gnuplot program that draws the results, and that gnuplot takes it."""

import pathlib
import shutil
import tempfile
import unittest
import xml.dom.minidom

from fake_systems import ABOUT, sample
from rig import plot, summary
from rig.scenario import by_name
from rig.system import Latency
from rig.turns import Measured

BYPASS, NGINX = ("penstock", "bypass"), ("nginx", "veth")


def document(*names, about=None):
    rows = [Measured(*BYPASS, [sample(1000, busy=1.0)], [Latency(500, 10, 20, 30)]),
            Measured(*NGINX, error="it burns")]
    return summary.document([summary.of_scenario(by_name(name), rows, {**ABOUT, **(about or {})})
                             for name in names])


def words_in(node):
    """All text below a node."""
    if node.nodeType == node.TEXT_NODE:
        return node.data
    return "".join(map(words_in, node.childNodes))


class Plot(unittest.TestCase):
    def test_has_a_panel_for_rates_latencies_and_bytes(self):
        units = [panel.unit for panel in plot.panels(document("typical", "response-64k"))]
        self.assertEqual(units, ["requests/s per core", "microseconds", "Gbit/s per core"])

    def test_leaves_a_panel_out_that_has_no_scenario(self):
        units = [panel.unit for panel in plot.panels(document("typical"))]
        self.assertEqual(units, ["requests/s per core", "microseconds"])

    def test_draws_nothing_of_idle_systems(self):
        self.assertIsNone(plot.script(document("idle"), "x.svg"))

    def test_leaves_a_gap_where_a_system_failed(self):
        self.assertIn('"typical" 1000.0 1000.0 1000.0 NaN NaN NaN',
                      plot.script(document("typical"), "x.svg"))

    def test_holds_every_value_between_decades(self):
        panel = plot.panels(document("typical"))[0]
        low, high = panel.bounds([BYPASS, NGINX])
        self.assertEqual(low, 100)
        self.assertGreater(high, 1000)

    def test_says_machine_commit_and_day(self):
        text = plot.script(document("typical"), "x.svg")
        for word in ("Test CPU", "abc1234", "2025-01-02"):
            self.assertIn(word, text)

    def test_breaks_long_names_behind_a_hyphen(self):
        self.assertEqual(plot.broken("client-connection-per-request"),
                         "client-connection-\\nper-request")
        self.assertEqual(plot.broken("typical"), "typical")

    def test_keeps_quotes_inside_texts(self):
        self.assertEqual(plot.quoted("it's"), "'it''s'")

    @unittest.skipUnless(shutil.which("gnuplot"), "gnuplot is not installed")
    def test_gnuplot_draws_it(self):
        about = {"commit": "it's \"new\" $HOME `x` {a_b}"}
        with tempfile.TemporaryDirectory(prefix="penstock-plot-") as folder:
            path = pathlib.Path(folder) / "made.svg"
            self.assertTrue(plot.draw(document("typical", "response-64k", about=about), path))
            picture = xml.dom.minidom.parse(str(path))
        text = "".join(words_in(part) for part in picture.getElementsByTagName("text"))
        for word in ("requests/s per core", "penstock (bypass)", "nginx (veth)", "{a_b}"):
            self.assertIn(word, text.replace("\xa0", " "))


if __name__ == "__main__":
    unittest.main()
