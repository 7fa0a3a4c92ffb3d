"""The vocabulary: frozen records that every other room shares. This room imports no other.

outcome      why a sample or a stage ended as it did (closed enums)
problem      Suite, Problem, Port, Clock, Reset, Testbench
completion   Request, Message, Completion, Usage, Answer
grade        Candidate, StageResult, Official, Grade
waveform     Waveform, WaveSignal
run          RunConfig
shape        what JSON on disk must be before it becomes one of these
toml_file    a TOML file as a model, or one line that says what is wrong with it
"""
