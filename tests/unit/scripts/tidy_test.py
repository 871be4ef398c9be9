# SPDX-License-Identifier: Apache-2.0
"""Each rule of scripts/tidy.py refuses a tree that breaks it, and lets its neighbour pass."""

import unittest

from written_tree import CONTRACT, LICENCE, WrittenTree

import tidy


def rules_broken(files):
    """The rules that a tree breaks; what every small tree lacks is left out."""
    with WrittenTree(files) as root:
        found = {rule for _, _, rule, _ in tidy.check(root)}
    return found - {"test-twin", "dead-file", "readme"}


def source(code, path="dataplane/tcp/sample.cc"):
    return rules_broken({path: LICENCE + code})


def with_rule(rule, files):
    with WrittenTree(files) as root:
        return [line for line in tidy.check(root) if line[2] == rule]


class TidyTokens(unittest.TestCase):
    def test_refuses_dpdk_outside_its_home(self):
        self.assertEqual(source("int a = rte_lcore_id();\n", "control/stats/a.cc") & {"dpdk-at-home"},
                         {"dpdk-at-home"})
        self.assertNotIn("dpdk-at-home", source("void f() { rte_pause(); }\n", "dataplane/nic/a.cc"))

    def test_refuses_openssl_outside_tls(self):
        self.assertIn("openssl-at-home", source("void f() { SSL_free(s); }\n"))
        self.assertNotIn("openssl-at-home", source("void f() { SSL_free(s); }\n", "dataplane/tls/a.cc"))

    def test_refuses_hyperscan_outside_the_pattern_set(self):
        self.assertIn("hyperscan-at-home", source("void f() { hs_scan(); }\n", "dataplane/route/a.cc"))
        self.assertEqual(source("void f() { hs_scan(); }\n", "dataplane/route/pattern_set.cc"), set())

    def test_refuses_libconfig_outside_the_parser(self):
        self.assertIn("libconfig-at-home", source("void f() { config_init(&c); }\n", "control/admin/a.cc"))

    def test_refuses_a_clock_outside_its_home(self):
        for clock in ("std::chrono::steady_clock::now()", "clock_gettime(0, &t)", "time(nullptr)"):
            self.assertIn("time-at-home", source(f"void f() {{ {clock}; }}\n"), clock)
        self.assertEqual(source("void f() { clock_gettime(0, &t); }\n", "dataplane/base/clock.cc"), set())

    def test_refuses_randomness_outside_its_home(self):
        for random in ("std::random_device d;", "std::mt19937 g;", "rand();"):
            self.assertIn("random-at-home", source(f"void f() {{ {random} }}\n"), random)

    def test_refuses_a_sleep_in_a_test(self):
        self.assertIn("no-sleep", source("void f() { std::this_thread::sleep_for(x); }\n",
                                         "tests/unit/dataplane/tcp/a_test.cc"))

    def test_reads_neither_comments_nor_strings(self):
        text = '// rte_mbuf is elsewhere\n/* new\n throw */ const char* const kText = "rte_ hs_scan(";\n'
        self.assertEqual(source(text), set())


class TidyDataPath(unittest.TestCase):
    def test_refuses_allocation_sharing_and_exceptions(self):
        for code in ("auto p = new int;", "auto p = malloc(3);", "std::function<void()> f;",
                     "std::shared_ptr<int> p;", "throw 1;"):
            self.assertIn("start-up", source(f"void f() {{ {code} }}\n"), code)

    def test_lets_placement_new_and_the_control_plane_pass(self):
        self.assertEqual(source("void f() { ::new (place) int; }\n"), set())
        self.assertEqual(source("void f() { throw 1; }\n", "control/model/a.cc"), set())

    def test_takes_a_reason_for_a_file_that_runs_at_start(self):
        reason = "// tidy: start-up: built before the first packet\n"
        self.assertEqual(source(reason + "void f() { throw 1; }\n"), set())
        self.assertIn("start-up", source("// tidy: start-up:\nvoid f() { throw 1; }\n"))

    def test_refuses_state_that_belongs_to_no_object(self):
        for code in ("int counter = 0;", "static int counter;", "std::atomic<int> counter{0};",
                     "void f() { \n  static int calls = 0;\n}", "thread_local int x = 0;"):
            self.assertIn("mutable-static", source(f"namespace a {{\n{code}\n}}\n"), code)

    def test_lets_constants_types_and_functions_pass(self):
        code = ("#include <map>\nnamespace a {\nconstexpr int kA = (int{1} << 3) - 1;\n"
                "inline constexpr char kB[] = {'a', 'b'};\nstruct C {\n  int d = 0;\n};\n"
                "static int f(int g);\nint f(int g) { return g; }\nusing D = int;\n"
                "const int* const kE = nullptr;\n}  // namespace a\n")
        self.assertEqual(source(code), set())

    def test_refuses_a_boolean_parameter(self):
        self.assertIn("bool-parameter", source("void f(int a, bool fast);\n"))
        self.assertEqual(source("bool f(int a);\nstruct A {\n  bool fast = true;\n};\n"), set())


class TidyTexts(unittest.TestCase):
    def test_refuses_an_open_end(self):
        for word in ("TO" "DO", "FIX" "ME"):
            self.assertIn("open-end", source(f"// {word} later\n"))

    def test_refuses_a_swallowed_failure_in_a_script(self):
        head = f"#!/usr/bin/env bash\n#{LICENCE[2:]}"
        self.assertEqual(rules_broken({"scripts/a": head + "rm x |" "| true\n"}), {"swallowed-failure"})
        self.assertEqual(rules_broken({"scripts/a": head + "rm x\n"}), set())

    def test_refuses_a_source_without_licence(self):
        self.assertIn("licence", rules_broken({"dataplane/tcp/a.cc": "void f();\n"}))
        self.assertIn("licence", rules_broken({"scripts/a.py": "x = 1\n"}))

    def test_refuses_a_header_without_contract(self):
        self.assertIn("contract", rules_broken({"dataplane/tcp/a.h": LICENCE + "#pragma once\n"}))
        self.assertEqual(rules_broken({"dataplane/tcp/a.h": CONTRACT}), set())

    def test_refuses_a_contract_longer_than_a_reader_reads(self):
        long = LICENCE + "// one more line of it\n" * 17 + "#pragma once\n"
        self.assertIn("contract", rules_broken({"dataplane/tcp/a.h": long}))

    def test_refuses_a_long_line_in_a_script(self):
        text = f"#{LICENCE[2:]}x = '{'a' * 100}'\n"
        self.assertEqual(rules_broken({"scripts/a.py": text}), {"columns"})

    def test_refuses_a_long_file_unless_it_says_why(self):
        text = "int f();\n" * 601
        self.assertIn("long-file", source(text))
        self.assertEqual(source("// tidy: long-file: a table from the registry\n" + text), set())

    def test_refuses_a_long_function_in_either_language(self):
        body = "  g();\n" * 70
        self.assertIn("long-function", source(f"void f() {{\n{body}}}\n"))
        self.assertEqual(source(f"class A {{\n{body}}};\n"), set())
        python = f"#{LICENCE[2:]}def f():\n" + "    g()\n" * 71
        self.assertIn("long-function", rules_broken({"scripts/a.py": python}))


class TidyFiles(unittest.TestCase):
    def test_refuses_a_source_without_its_test_twin(self):
        alone = {"dataplane/tcp/a.cc": LICENCE}
        self.assertEqual(len(with_rule("test-twin", alone)), 1)
        both = {**alone, "tests/unit/dataplane/tcp/a_test.cc": LICENCE}
        self.assertEqual(with_rule("test-twin", both), [])

    def test_refuses_a_name_used_twice(self):
        alike = {"dataplane/tcp/a.cc": LICENCE, "dataplane/net/a.cc": LICENCE}
        self.assertEqual(len(with_rule("name-used-twice", alike)), 1)
        spared = {"control/a/main.cc": LICENCE, "control/b/main.cc": LICENCE}
        self.assertEqual(with_rule("name-used-twice", spared), [])

    def test_refuses_a_name_that_names_no_idea(self):
        self.assertEqual(len(with_rule("vague-name", {"dataplane/tcp/string_util.cc": LICENCE})), 1)
        self.assertEqual(len(with_rule("vague-name", {"dataplane/tcp/CamelCase.cc": LICENCE})), 1)

    def test_refuses_a_source_that_nothing_builds(self):
        alone = {"dataplane/tcp/a.cc": LICENCE, "dataplane/tcp/meson.build": "# nothing\n"}
        self.assertEqual(len(with_rule("dead-file", alone)), 1)
        built = {**alone, "dataplane/tcp/meson.build": "files('a.cc')\n"}
        self.assertEqual(with_rule("dead-file", built), [])

    def test_refuses_a_header_that_nobody_includes(self):
        alone = {"dataplane/tcp/a.h": CONTRACT}
        self.assertEqual(len(with_rule("dead-file", alone)), 1)
        used = {**alone, "dataplane/tcp/b.h": CONTRACT + '#include "dataplane/tcp/a.h"\n'}
        self.assertEqual([line[0] for line in with_rule("dead-file", used)], ["dataplane/tcp/b.h"])

    def test_refuses_a_folder_without_readme(self):
        alone = {"dataplane/tcp/meson.build": "# nothing\n", "dataplane/README.md": "# The data plane\n"}
        self.assertEqual(len(with_rule("readme", alone)), 1)
        self.assertEqual(with_rule("readme", {**alone, "dataplane/tcp/README.md": "# tcp\n"}), [])


if __name__ == "__main__":
    unittest.main()
