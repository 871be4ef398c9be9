# SPDX-License-Identifier: Apache-2.0
"""Looks at C++ text well enough for house rules: what is code, and where functions begin and end.

It is no parser: it relies on the formatting that scripts/check enforces, and on brackets.
"""

import dataclasses
import re

_TOKEN = re.compile(
    r'R"(?P<tag>[^()\\ ]*)\((?:.|\n)*?\)(?P=tag)"'  # raw string
    r'|"(?:\\.|[^"\\\n])*"'
    r"|(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])+'"  # a quote between digits separates them
    r"|//[^\n]*"
    r"|/\*(?:.|\n)*?\*/"
)
_CONTROL = re.compile(r"^\s*(?:else|if|for|while|switch|do|catch|try|case)\b")
_SCOPE = re.compile(r"\b(?:namespace|class|struct|union|enum|extern)\b")


@dataclasses.dataclass
class Function:
    name: str
    first_line: int
    last_line: int

    @property
    def lines(self):
        return self.last_line - self.first_line + 1


def code_only(text):
    """Blanks comments and the insides of literals; every line and column stays where it was."""

    def blank(match):
        found = match.group(0)
        if found.startswith(("/", 'R"')):
            return _blank(match)
        return found[0] + " " * (len(found) - 2) + found[-1]

    return _TOKEN.sub(blank, text)


def blocks(code):
    """Yields (heading, enclosing functions, first line, last line, is a function) of each block."""
    open_blocks, functions_open, heading_start = [], 0, 0
    for position, character in enumerate(code):
        if character == "{":
            heading = " ".join(code[heading_start:position].split())
            heading_line = code.count("\n", 0, _first_word(code, heading_start)) + 1
            is_function = _opens_function(heading, functions_open)
            open_blocks.append((heading, functions_open, heading_line, is_function))
            functions_open += is_function
            heading_start = position + 1
        elif character == "}":
            if open_blocks:
                heading, depth, first, is_function = open_blocks.pop()
                functions_open -= is_function
                yield heading, depth, first, code.count("\n", 0, position) + 1, is_function
            heading_start = position + 1
        elif character == ";":
            heading_start = position + 1


def functions(code):
    """The functions of a file, outermost only: a lambda counts with the function around it."""
    found = []
    for heading, depth, first, last, is_function in blocks(code):
        if is_function and depth == 0:
            name = re.search(r"([~\w:]+|operator\S+)\s*\(", heading)
            found.append(Function(name.group(1) if name else "?", first, last))
    return sorted(found, key=lambda function: function.first_line)


def namespace_level(code):
    """Yields (line, statement) of each declaration in a namespace that ends with a semicolon."""
    outer, statement, line, start_line = [], "", 1, 1
    for character in re.sub(r"(?m)^[ \t]*#(?:[^\n\\]|\\\n?)*", _blank, code):
        line += character == "\n"
        if character == "{":
            is_namespace = re.search(r"\bnamespace\b|extern \" *\"", statement)
            outer.append(None if is_namespace else statement)
            statement = ""
        elif character == "}":
            heading = outer.pop() if outer else None
            # A function ends here; a variable or a type goes on to its semicolon.
            ends = heading is None or "(" in heading.split("=")[0]
            statement = "" if ends else heading + "{}"
        elif character == ";":
            if not any(block is not None for block in outer) and statement.strip():
                yield start_line, " ".join(statement.split())
            statement = ""
        else:
            if not statement.strip():
                start_line = line
            statement += character


def _blank(match):
    return re.sub(r"[^\n]", " ", match.group(0))


def _first_word(code, start):
    match = re.compile(r"(?:\s|#[^\n]*\n)*").match(code, start)
    return match.end() if match else start


def _opens_function(heading, functions_open):
    if functions_open or "(" not in heading or _CONTROL.match(heading):
        return False
    before_arguments = heading.split("(", 1)[0]
    return not (_SCOPE.search(before_arguments) or before_arguments.rstrip().endswith("="))
