# SPDX-License-Identifier: Apache-2.0
"""A small source tree in a temporary folder, written from {path: text}."""

import pathlib
import shutil
import sys
import tempfile

SCRIPTS = pathlib.Path(__file__).resolve().parents[3] / "scripts"
if str(SCRIPTS) not in sys.path:
    sys.path.insert(0, str(SCRIPTS))

LICENCE = "// SPDX-License-Identifier: Apache-2.0\n"
CONTRACT = LICENCE + "//\n// A thing that does one thing, on the worker.\n#pragma once\n"


class WrittenTree:
    def __init__(self, files):
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="penstock-tree-"))
        for name, text in files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")

    def __enter__(self):
        return self.root

    def __exit__(self, *_):
        shutil.rmtree(self.root)
