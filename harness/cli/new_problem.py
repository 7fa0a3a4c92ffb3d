"""new-problem: the files of a native problem, ready to be filled in."""

import argparse
import json
import os
import shlex

from harness.suites.new_problem import lay_out, suite_folder


def add_arguments(_name: str, parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", help="of the problem, its folder and its module")
    parser.add_argument("--suite", default="core", metavar="NAME", help="which suite (default: core)")
    parser.add_argument("--suite-path", metavar="DIR", help="the suite's folder (default: problems/<suite>)")
    parser.add_argument("--cocotb", action="store_true", help="the testbench in Python instead of Verilog")
    parser.add_argument("--json", action="store_true", help="one JSON document on standard output, nothing else there")


def run(arguments: argparse.Namespace) -> int:
    root = suite_folder(arguments.suite, arguments.suite_path)
    written = [os.path.relpath(path) for path in lay_out(root, arguments.name, cocotb=arguments.cocotb)]
    own = f" --suite-path {shlex.quote(os.path.relpath(root))}" if arguments.suite != "core" else ""
    check = f"harness audit {arguments.suite}{own} --problems {arguments.name}"
    if arguments.json:
        print(json.dumps({"problem": arguments.name, "suite": arguments.suite, "files": written, "check": check}))
    else:
        print("\n".join(written))
        print(f"\nIt is read and passes as it is; what is still missing: {check}")
    return 0
