# SPDX-License-Identifier: Apache-2.0
"""The deliberate bugs are kept in order: each fits the code, says what it is, and is one bug."""

import contextlib
import importlib.machinery
import importlib.util
import io
import pathlib
import tempfile
import unittest

import written_tree  # noqa: F401  (makes scripts/ importable)

ROOT = pathlib.Path(__file__).resolve().parents[3]


def load_script():
    """scripts/mutations as a module; it has no suffix by which it could be imported."""
    loader = importlib.machinery.SourceFileLoader("mutations", str(ROOT / "scripts" / "mutations"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("mutations", loader))
    loader.exec_module(module)
    return module


mutations = load_script()


def quietly(call, *arguments):
    with contextlib.redirect_stdout(io.StringIO()) as said:
        return call(*arguments), said.getvalue()


class Mutations(unittest.TestCase):
    def test_all_of_them_still_apply(self):
        patches = sorted(mutations.PATCHES.glob("*.patch"))
        self.assertGreaterEqual(len(patches), 15)
        status, said = quietly(mutations.check, patches)
        self.assertEqual(status, 0, said)

    def test_one_that_no_longer_applies_is_a_failure(self):
        rotten = sorted(mutations.PATCHES.glob("*.patch"))[0].read_text(encoding="utf-8")
        rotten = "".join(f"{line}{'x' if line.startswith(' ') else ''}\n"
                         for line in rotten.splitlines())
        with tempfile.TemporaryDirectory() as folder:
            patch = pathlib.Path(folder) / "rotten.patch"
            patch.write_text(rotten, encoding="utf-8")
            status, said = quietly(mutations.check, [patch])
        self.assertEqual(status, 1)
        self.assertIn("rotten no longer applies", said)

    def test_each_says_what_is_wrong_and_changes_one_file(self):
        for patch in mutations.PATCHES.glob("*.patch"):
            lines = patch.read_text(encoding="utf-8").splitlines()
            self.assertRegex(lines[0], r"^# [A-Z].*\.$", patch.name)
            self.assertEqual(sum(line.startswith("+++ ") for line in lines), 1, patch.name)

    def test_the_table_says_who_caught_it(self):
        self.assertEqual(mutations.row_of("m", 7, ["A.B", "A.C", "A.D"]),
                         "| m | 7 | A.B and 2 more |")
        self.assertEqual(mutations.row_of("m", None, []), "| m | - | - |")


if __name__ == "__main__":
    unittest.main()
