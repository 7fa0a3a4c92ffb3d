"""The one room that starts programs.

Tools run inside a *cell*: one long-lived launcher process for each worker, contained once at its start (bubblewrap,
Landlock or resource limits alone), which then runs any number of jobs. A job is a fresh folder with some files, and a
few steps: a program with its argv, or a call of a Python function in a forked child. Every step has a CPU limit, a wall
limit, a memory limit and a cap on what it writes; what it leaves behind is killed before its output is read.

job        the records: Limits, Step, Job, StepResult, JobResult
sandbox    how a launcher is contained, and the probe that finds the best level that works here
launcher   the program inside (standard library only, starts in some 15 ms)
landlock   the file and network rules of Landlock by system call
cell_folder  the folder of a cell that has no file system of its own
cell       the client: one launcher, its pipe, its watchdog
pool       cells for many threads, and the rule by which a doubtful result is tried again
program    one program outside a cell: a trusted question such as a tool's version, the user's own program
"""
