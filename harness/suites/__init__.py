"""Readers that turn a folder or file in some published format into Problems; one module a format.

A new suite: write a module with a ``SuiteReader`` named ``reader`` and list it under the entry-point group
``harness.suites`` (in this package's pyproject.toml, or in a package of your own). Nothing else changes.

reader             what a reader is
locate             which readers are installed, and where a suite's folder is
native, schema     problems/<suite>/ (problem.toml), its schema, its port widths (width)
errata             what was wrong with a problem of a native suite, and which runs it touches
masked_line        the line of a golden design that line-completion leaves out
verilog_eval_v1    NVlabs/verilog-eval, release/1.0.0: JSONL, two data sets
verilog_eval_v2    NVlabs/verilog-eval, main (verilog_eval_texts: its prompts; verilog_eval_keyed: keyed testbenches)
verilog_eval_compares   whether such a testbench takes an X for wrong
verilog_eval_layout   any folder in the same layout (verilog_eval_folder: what the two share)
rtllm              hkust-zhiyao/RTLLM, 1.1 and 2.0 (rtllm_repairs: what its profile ``corrected`` mends)
vgen               shailja-thakur/VGen: one set of problems, three prompt grains
rtl_repo           AUCOHL/RTL-Repo: rows of JSON Lines or Parquet
printed_verdict    a testbench that prints its own verdict, with a key (golden_name: its reference as an answer)
repairs            published Verilog, mended where tools do not read it or where it races
edits              changes of a text at exact places of its syntax tree
syntax_nodes       walking slang's syntax trees
damage             what is wrong with one problem of a published suite
new_problem        the files of a new native problem (skeleton/: their templates)
listing            size, place and commit of what is installed
fetch              published suites, checked out at their pinned commits
"""
