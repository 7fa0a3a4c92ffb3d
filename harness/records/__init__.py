"""The vocabulary: frozen records that every other room shares. This room imports no other.

outcome      why a sample or a stage ended as it did (closed enums)
problem      Suite, Problem, Port, Clock, Reset, Testbench
completion   Request, Message, Completion, Usage, Answer
grade        Candidate, StageResult, Official, Grade
run          RunConfig
shape        what JSON on disk must be before it becomes one of these
"""
