"""The command ``harness``: parse arguments, call one function, print. No logic lives here.

main       the parser, the dispatch, errors as one line
options    arguments of a run → RunOptions
runs       bench, generate, grade, report, repro
import_    import
prompts    prompts
catalog    list, suites, models, doctor
check_model  check-model
compare    compare
export     export
verify     verify
leaderboard   leaderboard
new_problem   new-problem
audit      audit
redteam    redteam
ppa        ppa
equiv      equiv
speed      speed
serve      serve
"""
