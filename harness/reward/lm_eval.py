"""What the files of ``harness prompts --format lm-eval`` call: a suite as a task of lm-evaluation-harness.

lm-eval asks the model; this hands it the prompts and grades the replies by our verdict, in its process.
"""

import atexit
import importlib
import json
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from harness.analysis.pass_at_k import pass_at_k
from harness.errors import ConfigError
from harness.records.outcome import Outcome
from harness.reward.grader import Grader


class LmEvalTask:
    """The functions that the YAML file of a task names.

    ``file``: the prompts, one ``{"problem": …, "question": …}`` a line; ``digest``: of the suite that they were made
    from; ``ks``: for pass@k.
    """

    def __init__(
        self, file: str | Path, *, suite: str, suite_path: str | None, task: str, digest: str, ks: Sequence[int]
    ) -> None:
        self._file = Path(file)
        self._suite, self._suite_path, self._task = suite, suite_path, task
        self._digest = digest
        self._ks = tuple(ks)

    def problems(self, **_: Any) -> dict[str, Any]:
        """``custom_dataset``: the split ``test``, a row a problem."""
        rows = [json.loads(line) for line in self._file.read_text("utf-8").splitlines()]
        return {"test": importlib.import_module("datasets").Dataset.from_list(rows)}

    def verdict(self, doc: Mapping[str, Any], replies: Sequence[str | Sequence[str]]) -> dict[str, float]:
        """``process_results``: pass@k of a problem over its replies.

        A reply that our own trouble left without a verdict counts for nothing; a problem with fewer than k others has
        no pass@k, and is left out of its mean.
        """
        texts = [text for reply in replies for text in ([reply] if isinstance(reply, str) else reply)]
        rewards = self._grader.score(doc["problem"], texts)
        judged = [reward.outcome is Outcome.PASS for reward in rewards if not reward.infra_error]
        return {f"pass@{k}": pass_at_k(len(judged), sum(judged), k) for k in self._ks if k <= len(judged)}

    def close(self) -> None:
        """Stop the cells; else they end with the process. The next verdict starts them anew."""
        self._grader.close()

    @cached_property
    def _grader(self) -> Grader:
        """Made at the first reply. Raises ConfigError where the suite is not the one that was asked."""
        grader = Grader(self._suite, suite_path=self._suite_path, task=self._task)
        if grader.about["suite"]["digest"] != self._digest:
            grader.close()  # else each of the task's replies would leave one behind
            raise ConfigError(f"{self._file}: suite {self._suite} is another by now: write the task again")
        atexit.register(grader.close)
        return grader
