#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks the house rules that a compiler does not know. Usage: scripts/tidy.py [ROOT].

Prints `file:line: rule: what is wrong`, one a line, and exits 1 when there is any. A rule marked as
answerable is satisfied by `tidy: RULE: reason` in a comment of the same file.
"""

import ast
import collections
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import cc_source  # noqa: E402  (found beside this file, wherever it is called from)

FUNCTION_LINES_MAX = 70
FILE_LINES_MAX = 600
COLUMNS_MAX = 100
CONTRACT_LINES_MAX = 15
ANSWERABLE = {"long-function", "long-file", "start-up", "bool-parameter", "test-twin"}

LICENCE = "SPDX-License-Identifier: Apache-2.0"
CODE = (".h", ".cc")
SHIPPED = ("dataplane/", "control/")
NAMED_ALIKE = {"README.md", "main.cc", "meson.build"}
VAGUE_NAMES = {"util", "utils", "common", "helper", "helpers", "misc", "manager", "impl"}


class File:
    """One text of the tree: its path from the root, its lines, and for C++ its code alone."""

    def __init__(self, root, path):
        self.path = path
        self.text = (root / path).read_text(encoding="utf-8", errors="replace")
        self.lines = self.text.splitlines()
        self.name = path.rsplit("/", 1)[-1]
        self.is_code = path.endswith(CODE)
        self.is_python = path.endswith(".py") or self.text.startswith("#!/usr/bin/env python3")
        self.is_shell = self.text.startswith(("#!/usr/bin/env bash", "#!/bin/sh"))
        self.code = cc_source.code_only(self.text) if self.is_code else ""

    def shipped(self):
        return self.is_code and self.path.startswith(SHIPPED)

    def answers(self, rule):
        match = re.search(rf"(?://|#) tidy: {rule}: (\S.*)", self.text)
        return match.group(1) if match else None


class Token:
    """A word that code may only use at home."""

    def __init__(self, rule, pattern, home, text, where="shipped"):
        self.rule, self.pattern = rule, re.compile(pattern)
        self.home, self.text, self.where = home, text, where


TOKENS = (
    Token("dpdk-at-home", r"\brte_\w+|\bRTE_\w+", r"^dataplane/(nic|worker)/",
          "DPDK lives in nic/ and worker/"),
    Token("openssl-at-home", r"\b(SSL|X509|EVP)_\w+", r"^dataplane/tls/", "OpenSSL lives in dataplane/tls/"),
    Token("hyperscan-at-home", r"\bhs_[a-z]\w*", r"^dataplane/route/pattern_set\.(cc|h)$",
          "Hyperscan lives in route/pattern_set.cc"),
    Token("libconfig-at-home", r"\bconfig_(lookup|setting|init|read)\w*|\blibconfig::",
          r"^control/config/parse\.(cc|h)$", "libconfig lives in control/config/parse.cc"),
    Token("time-at-home",
          r"\b(system_clock|steady_clock|high_resolution_clock|clock_gettime|gettimeofday|__rdtsc"
          r"|rte_rdtsc\w*|rte_get_(tsc|timer)_cycles)\b|\btime\((nullptr|NULL|0)\)",
          r"^dataplane/base/clock\.cc$", "the clock is read in base/clock.cc alone"),
    Token("random-at-home",
          r"\b(random_device|mt19937(_64)?|getrandom|getentropy|s?rand|rte_rand\w*)\b(?=\s*[({;<]|\s+\w)",
          r"^dataplane/base/random\.cc$", "randomness comes from base/random.cc alone"),
    Token("no-sleep", r"\b(sleep_for|sleep_until|usleep|nanosleep)\b", r"^(dataplane|control)/",
          "a test waits for a condition, never for time", "all"),
)

# What may not stand on the data path; a file that runs only at start answers `tidy: start-up: why`.
DATA_PATH = (
    (re.compile(r"(?<!operator )\bnew\b(?!\s*\()"), "new"),
    (re.compile(r"\b(malloc|calloc|realloc)\s*\("), "malloc"),
    (re.compile(r"\bstd::function\b"), "std::function"),
    (re.compile(r"\b(std::)?(shared_ptr|make_shared)\b"), "shared_ptr"),
    (re.compile(r"\bthrow\b"), "throw"),
)


def tree(root):
    """Every text of the tree that the rules are about, by path."""
    kept = []
    for path in sorted(root.rglob("*")):
        here = path.relative_to(root).as_posix()
        if here.startswith(("build/", ".git/", ".cache/")) or "__pycache__" in here:
            continue
        if path.is_file() and not path.is_symlink():
            if path.suffix in (*CODE, ".py", ".md", ".build") or path.parent.name in ("scripts", ".ci"):
                kept.append(File(root, here))
    return kept


def check_tokens(files):
    for file in files:
        if not file.is_code:
            continue
        for token in TOKENS:
            if token.where == "shipped" and not file.shipped() or re.search(token.home, file.path):
                continue
            yield from at_matches(file, token.rule, token.pattern, token.text)


def check_data_path(files):
    for file in files:
        if file.is_code and file.path.startswith("dataplane/"):
            for pattern, word in DATA_PATH:
                yield from at_matches(file, "start-up", pattern, f"{word} on the data path")


def at_matches(file, rule, pattern, text):
    for number, line in enumerate(file.code.splitlines(), 1):
        match = pattern.search(line) if not line.lstrip().startswith("#include") else None
        if match:
            yield file, number, rule, f"`{match.group(0).strip()}`: {text}"


def check_statics(files):
    """State that outlives a call and belongs to no object cannot be simulated, nor run twice."""
    constant = re.compile(r"\b(const|constexpr|consteval)\b")
    no_object = re.compile(
        r"^(namespace|using|typedef|class|struct|enum|union|template|friend|static_assert|extern)\b|\(|operator")
    inside = re.compile(r"\s+static\s+([^(={;]*)(=|;|\{)")
    for file in files:
        if not file.shipped():
            continue
        for number, statement in cc_source.namespace_level(file.code):
            head = re.split(r"[={;]", statement)[0]
            head = re.sub(r"^((inline|static|constinit|\[\[[^\]]*\]\])\s+)*", "", head)
            if len(head.split()) > 1 and not constant.search(head) and not no_object.search(head):
                yield file, number, "mutable-static", f"`{head.split()[-1]}` changes and belongs to no object"
        for number, line in enumerate(file.code.splitlines(), 1):
            match = inside.match(line)
            if match and not constant.search(match.group(1)) or re.search(r"\bthread_local\b", line):
                yield file, number, "mutable-static", "a static that changes and belongs to no object"


def check_words(files):
    open_ends = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
    swallowed = re.compile(r"\|\|\s*(true|:)\s*$")
    for file in files:
        if file.path == "scripts/tidy.py" or file.path.startswith("tests/unit/scripts/"):
            continue
        for number, line in enumerate(file.lines, 1):
            if open_ends.search(line) and not file.path.endswith(".md"):
                yield file, number, "open-end", f"`{open_ends.search(line).group(0)}`: say it in an issue"
            if file.is_shell and swallowed.search(line):
                yield file, number, "swallowed-failure", "a failure is ignored: name the case that may fail"
            if (file.is_python or file.is_shell) and len(line) > COLUMNS_MAX:
                yield file, number, "columns", f"{len(line)} columns; {COLUMNS_MAX} are enough"


def check_heads(files):
    """A licence line first; then, in a header, what it is and what it is not."""
    for file in files:
        if file.is_code and file.lines[:1] != [f"// {LICENCE}"]:
            yield file, 1, "licence", f"the first line is `// {LICENCE}`"
        elif (file.is_python or file.is_shell) and f"# {LICENCE}" not in file.lines[:2]:
            yield file, 1, "licence", f"one of the first two lines is `# {LICENCE}`"
        elif file.path.endswith(".h"):
            yield from check_contract(file)


def check_contract(file):
    length = 1
    while length < len(file.lines) and file.lines[length].startswith("//"):
        length += 1
    contract = [line.strip("/ ") for line in file.lines[1:length]]
    if len(" ".join(contract)) < 20:
        yield file, 1, "contract", "the header does not open with what it is, who calls it and what holds"
    elif len(contract) > CONTRACT_LINES_MAX + 1:
        yield file, 1, "contract", f"{len(contract)} lines of contract; {CONTRACT_LINES_MAX} are enough"
    if "#pragma once" not in file.lines:
        yield file, 1, "contract", "`#pragma once` is missing"


def check_twins(files):
    paths = {file.path for file in files}
    for file in files:
        if not (file.shipped() and file.path.endswith(".cc")) or file.name == "main.cc":
            continue
        twin = f"tests/unit/{file.path[:-3]}_test.cc"
        if twin not in paths:
            yield file, 1, "test-twin", f"{twin} is missing"


def check_names(files):
    by_name = collections.defaultdict(list)
    for file in files:
        if file.name not in NAMED_ALIKE and not file.path.startswith("tests/golden/"):
            by_name[file.name].append(file)
        words = set(re.split(r"[_.]", file.name))
        if words & VAGUE_NAMES:
            yield file, 1, "vague-name", f"`{(words & VAGUE_NAMES).pop()}` names no idea"
        if file.is_code and not re.fullmatch(r"[a-z0-9_]+\.(h|cc)", file.name):
            yield file, 1, "vague-name", "a file name is snake_case"
    for alike in by_name.values():
        for file in alike[1:]:
            yield file, 1, "name-used-twice", f"{alike[0].path} has the same name"


def check_lengths(files):
    for file in files:
        if not (file.is_code or file.is_python or file.is_shell):
            continue
        if len(file.lines) > FILE_LINES_MAX:
            yield file, 1, "long-file", f"{len(file.lines)} lines; is it still one idea?"
        found = cc_source.functions(file.code) if file.is_code else python_functions(file)
        for function in found:
            if function.lines > FUNCTION_LINES_MAX:
                text = f"{function.name}() has {function.lines} lines"
                yield file, function.first_line, "long-function", text


def python_functions(file):
    if not file.is_python:
        return []
    return [
        cc_source.Function(node.name, node.lineno, node.end_lineno)
        for node in ast.walk(ast.parse(file.text))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
    ]


def check_parameters(files):
    pattern = re.compile(r"[(,]\s*(?:const\s+)?bool\s+\w+\s*(?:=[^,;(){}]*)?[,)]")
    for file in files:
        if file.shipped():
            yield from at_matches(file, "bool-parameter", pattern, "an enum says what is meant at the call")


def check_dead(files):
    """A source that no meson.build names is never compiled; a header that nobody includes is dead."""
    built = {file.path.rsplit("/", 1)[0]: file.text for file in files if file.name == "meson.build"}
    included = set()
    for file in files:
        included.update(re.findall(r'#\s*include\s*"([^"]+)"', file.text) if file.is_code else ())
    for file in files:
        if file.is_code and file.path.endswith(".cc"):
            if not any(names(built.get(folder, ""), folder, file) for folder in parents(file.path)):
                yield file, 1, "dead-file", "no meson.build names it"
        elif file.is_code and file.path not in included:
            yield file, 1, "dead-file", "nobody includes it"


def parents(path):
    parts = path.split("/")[:-1]
    return ["/".join(parts[:length]) for length in range(len(parts), 0, -1)]


def names(text, folder, file):
    from_folder = file.path[len(folder) + 1:]
    stems = {from_folder[:-3], from_folder[:-3].removesuffix("_test")}
    return f"'{from_folder}'" in text or any(f"'{stem}'" in text for stem in stems)


def check_readmes(files):
    paths = {file.path for file in files}
    folders = set()
    for file in files:
        if file.path.startswith((*SHIPPED, "scripts/", "tests/", "bench/", "config/")):
            folders.add(file.path.rsplit("/", 1)[0])
    for folder in sorted(folders):
        shipped = folder.startswith(("dataplane", "control"))
        if (shipped or folder.count("/") == 0) and f"{folder}/README.md" not in paths:
            sample = next(file for file in files if file.path.startswith(folder + "/"))
            yield sample, 1, "readme", f"{folder}/README.md is missing"


RULES = (
    check_tokens, check_data_path, check_statics, check_words, check_heads, check_twins, check_names,
    check_lengths, check_parameters, check_dead, check_readmes,
)


def check(root):
    """All findings of a tree as (path, line, rule, text), the answered ones left out."""
    files = tree(root)
    findings = []
    for rule_of in RULES:
        for file, line, rule, text in rule_of(files):
            if not (rule in ANSWERABLE and file.answers(rule)):
                findings.append((file.path, line, rule, text))
    return sorted(set(findings))


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()
    findings = check(root)
    for path, line, rule, text in findings:
        print(f"{path}:{line}: {rule}: {text}")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
