"""A run that is held against others, read whole."""

from dataclasses import dataclass

from harness.analysis.summary import Rows
from harness.records.run import RunConfig
from harness.runs.folder import RunFolder


@dataclass(frozen=True, slots=True)
class Loaded:
    folder: RunFolder
    rows: Rows

    @property
    def config(self) -> RunConfig:
        return self.folder.config

    @property
    def n(self) -> int:
        return max((len(samples) for samples in self.rows.values()), default=0)
