"""Run folders, resume, and the workers that fill them.

folder       the only writer of run folders: append-only JSONL, a lock, derived files written whole
jsonl        reading JSONL that may end in the middle of a line
cache        baselines by content, under results/cache/; safe to delete
session      what one command needs: suite, tools, sandbox, grader, prompts
work         the loop: replies in, grades out, resume, Ctrl-C
progress     one line a long job: done/total, rate, ETA, pass rate so far
report       summary.json and summary.csv from what is on disk
repro        a folder with which anybody can see one sample's failure
"""
