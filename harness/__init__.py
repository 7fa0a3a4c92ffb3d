"""harness: measures how well language models write Verilog.

The map of the package, in the order in which data flows (see README.md for the picture):

records    the vocabulary: Problem, Request, Completion, Candidate, Grade, Outcome … (knows nobody)
wording    numbers in front of words, messages on one line
errors     the harness's own trouble
process    the one place that starts programs: contained cells with limits
suites     readers: a folder in some published format becomes Problems
rules      the official verdict and score of each published suite, its quarantine list
prompts    Jinja2 templates, in-context examples, extraction of Verilog from a reply
models     model backends behind one protocol and one registry
tools      one module an external program: its argv, its parser
grading    the stages, and the order in which they run
audit      faults and stubs by which a testbench is itself tested
runs       run folders, resume, the pool of workers
reward     the grader as a public reward: components, weights, groups
serve      rewards over HTTP: queue, limits, metrics
analysis   pass@k, intervals, area: pure functions over records
reports    terminal table, summary.json, CSV
testing    what a model backend is held to (public)
cli        parse arguments, call one function, print
"""

__version__ = "0.1.0"
