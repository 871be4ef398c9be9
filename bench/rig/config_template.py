# SPDX-License-Identifier: Apache-2.0
"""Fills in the templates of bench/load/peers: `@word@` stands for the value of that name."""

import pathlib
import re

PEERS = pathlib.Path(__file__).resolve().parents[1] / "load" / "peers"


def fill(template, values):
    """The text with every @word@ replaced; a word without value and a value without word are
    refused, so that neither a template nor its filler can fall behind unnoticed."""
    unused = set(values)

    def value_of(match):
        word = match.group(1)
        if word not in values:
            raise KeyError(f"the template wants @{word}@, and nobody gives it")
        unused.discard(word)
        return str(values[word])

    text = re.sub(r"@([a-z][a-z_0-9]*)@", value_of, template)
    if unused:
        raise KeyError(f"the template has no place for {', '.join(sorted(unused))}")
    return text


def fill_peer(name, values):
    """The same for the template of this name, less its comments that show how words look."""
    text = (PEERS / name).read_text(encoding="utf-8").replace("@words@", "words in @")
    return fill(text, values)
