"""Readers that turn a folder or file in some published format into Problems; one module a format.

A new suite: write a module with a ``SuiteReader`` named ``reader`` and list it under the entry-point group
``harness.suites`` (in this package's pyproject.toml, or in a package of your own). Nothing else changes.

reader             what a reader is
locate             which readers are installed, and where a suite's folder is
native, schema     problems/<suite>/ (problem.toml), its schema, its port widths (width)
verilog_eval_v2    NVlabs/verilog-eval, main (verilog_eval_texts: its prompts; verilog_eval_keyed: keyed testbenches)
fetch              published suites, checked out at their pinned commits
"""
