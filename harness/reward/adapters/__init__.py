"""The reward in the signatures of trainers. None of them is imported, so none needs to be installed.

trl    ``TrlReward``: one of TRL's ``reward_funcs``
verl   ``compute_score`` and the rows that lead to it
"""

from harness.reward.adapters.trl import TrlReward

__all__ = ["TrlReward"]
