"""The grader as a reward (public): ``Grader(suite).score(problem, completions)`` gives graded, masked, capped scores.

docs/reward.md is its page: components, weights, what a trainer has to know, the service.

grader      Grader: batches, workers, forks, limits
components  from a grade to components (pure)
weights     which component counts how much, as data
lm_eval     a suite as a task of lm-evaluation-harness
constants   what the best constant answer gets of a problem's checks: that much is worth nothing
groups      what a trainer watches: spread, groups that all pass or all fail
dataset     the problems of a suite as rows with a prompt, for a trainer
scorer      what gives rewards: a Grader, or a Client of a service
client      Client: the rewards of a ``harness serve`` elsewhere
wire        what goes over HTTP between the two
latency     how long one reward takes, for ``harness speed``
adapters    the same in the signatures of TRL and verl
"""

from harness.reward.client import Client
from harness.reward.components import Reward
from harness.reward.dataset import problem_rows, write_rows
from harness.reward.grader import Grader
from harness.reward.groups import GroupStatistics, group_statistics
from harness.reward.scorer import Scorer
from harness.reward.weights import COMPONENTS, DEFAULT_WEIGHTS, read_weights

__all__ = [
    "COMPONENTS",
    "DEFAULT_WEIGHTS",
    "Client",
    "Grader",
    "GroupStatistics",
    "Reward",
    "Scorer",
    "group_statistics",
    "problem_rows",
    "read_weights",
    "write_rows",
]
