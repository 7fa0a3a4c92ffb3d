"""Run folders, resume, and the workers that fill them.

folder       the only writer of run folders: append-only JSONL, a lock, derived files written whole
jsonl        reading JSONL that may end in the middle of a line
cache        JSON by content, under results/cache/; safe to delete
replies      the cache of replies: what was paid once is not paid again
spending     what a run has cost and will; the limit of --max-cost
options      what a user can ask of a run, as one record
session      what one command needs: suite, tools, sandbox, grader, prompts
asking       from a problem to a request, and from an answer to a candidate (published_styles: in a suite's form)
bench        the jobs that a user starts: bench, generate, grade
opening      what a run is, where it lies, the model that it asks
plan         what of a run is still to do, feedback rounds among it
waiting      which reply is graded next
asker        one reply: from the cache, else from the model at the run's pace, with its price
imports      answers in formats that others publish (a room of its own)
work         the loop: replies in, grades out, Ctrl-C
batch        generation elsewhere: requests out as a file, replies back into the run
lm_eval_task  a suite as a task of lm-evaluation-harness
dry_run      what would be sent, and its price
progress     one line a long job: done/total, rate, ETA, pass rate so far
golden       golden.json: the golden designs' own figures, kept with the run
versions     which version of each problem a run holds
report       summary.json and summary.csv from what is on disk
page         report.html: what is read from the folder and the suite for it (page_samples: rows and texts)
waveforms    the recorded ports of failing samples, for the report, cached in the run
basis        tools, cells, FPGA, activity: which ratios of two runs may stand beside each other
compare      which runs may stand beside each other, and what the comparison says
trend        checkpoints of one model, one point each (loaded: a run that is held against others)
compare_page  the comparison or the trend as a page
exports      a run in the formats of others
leaderboard  which runs may stand in one table, and in which order
model_facts  what a TOML file says of models
verify       is a submission what it claims? (claims: against its own files, and one grade against another)
submission   a run's digest, and the list of those that were verified
site         the leaderboard's files
regraded     which verdicts changed when samples were graded again
repro        a folder with which anybody can see one sample's failure
audit        the audit room's checks with the real grader behind them
audit_examiners  the real tools behind its questions (audit_netlist: mutants of the netlist; audit_verdicts: the file)
redteam      its hostile designs through the real grader
ppa          two designs by hand: area, delay, power
equiv        two designs by hand: are they the same hardware
equivalence_copies   golden designs against disguised copies of themselves, for maintainers
library_ranks   do two cell libraries rank golden designs alike? for maintainers
speed        wall time against the bare tools, side by side (speed_cells: containment; speed_figure: one line)
speed_requests  asking a model (speed_server: the server that is asked)
speed_memory  of the driver, at many samples
"""
