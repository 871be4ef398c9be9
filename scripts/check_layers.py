#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Refuses an include that points forward in the order of the layers.

The order is written once, between `# layers-begin` and `# layers-end` in dataplane/meson.build and
control/meson.build: one line a layer, lowest first, `name : what it may include   why it exists`.
An allowance is a layer of the same part, a folder named from the root, or one single header. A
folder within a layer is that layer's own: others may include of it only what their line names.
Usage: scripts/check_layers.py [ROOT]. Exit status 1 and one line a finding when something is wrong.
"""

import pathlib
import re
import sys

PARTS = ("dataplane", "control")
INCLUDE = re.compile(r'^\s*#\s*include\s*"([^"]+)"')
LAYER = re.compile(r"^#\s+([a-z0-9_]+)\s*:(.*)$")


def parse_layers(root, part):
    """Returns {layer: [allowed headers, and folders with `/`]} as in the file, and findings."""
    path = root / part / "meson.build"
    lines = path.read_text(encoding="utf-8").splitlines()
    if "# layers-begin" not in lines or "# layers-end" not in lines:
        return {}, [f"{part}/meson.build:1: `# layers-begin` .. `# layers-end` is missing"]
    begin, end = lines.index("# layers-begin"), lines.index("# layers-end")
    layers, findings = {}, []
    for number in range(begin + 1, end):
        match = LAYER.match(lines[number])
        if not match:
            findings.append(f"{part}/meson.build:{number + 1}: not `# name : allowed   reason`")
            continue
        name, rest = match.groups()
        # The reason stands after two or more blanks; a layer that may include nothing has only it.
        words = [] if rest.startswith("  ") else re.split(r"\s{2,}", rest.strip())[0].split()
        for word in words:
            if "/" not in word and word not in layers:
                where = f"{part}/meson.build:{number + 1}"
                findings.append(f"{where}: {name} may include {word}, which stands later")
        layers[name] = [allowance(part, word) for word in words]
    return layers, findings


def allowance(part, word):
    """Turns a word of a layer's line into a path from the root: a header, or a folder with `/`."""
    path = word if word.startswith(PARTS) else f"{part}/{word}"
    return path if path.endswith(".h") else f"{path}/"


def includes_of(path):
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        match = INCLUDE.match(line)
        if match:
            yield number, match.group(1)


def is_allowed(target, allowance):
    """Whether a header is the allowed one, or stands in the allowed folder, not in one within."""
    folder, _, _ = target.rpartition("/")
    return allowance in (target, f"{folder}/")


def check_file(root, path, allowed):
    """Returns the findings of one source: each include against what its layer may include."""
    here = path.relative_to(root).as_posix()
    layer = "/".join(here.split("/")[:2])
    findings = []
    for number, target in includes_of(path):
        if not (root / target).is_file():
            findings.append(f'{here}:{number}: includes "{target}", which is no file from the root')
        elif target.startswith(f"{layer}/"):
            continue
        elif not any(is_allowed(target, allowance) for allowance in allowed):
            findings.append(f"{here}:{number}: {layer} may not include {target}")
    return findings


def check_tree(root):
    findings = []
    for part in PARTS:
        layers, problems = parse_layers(root, part)
        findings += problems
        for path in sorted((root / part).rglob("*")):
            if path.suffix not in (".h", ".cc"):
                continue
            here = path.relative_to(root).parts
            layer = here[1] if len(here) > 2 else None
            if layer not in layers:
                findings.append(f"{'/'.join(here)}:1: stands in no layer of {part}/meson.build")
                continue
            findings += check_file(root, path, layers[layer])
    return findings


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()
    findings = check_tree(root)
    for finding in findings:
        print(finding)
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
