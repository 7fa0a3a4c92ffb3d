"""Errors of the harness itself. What happens to a sample is a value (an Outcome), never one of these."""

from harness.wording import one_line


class HarnessError(Exception):
    """The harness's own trouble. The message is one line that names the file, the key and the way out."""

    exit_code = 1

    def __init__(self, message: str = "") -> None:
        super().__init__(one_line(message))


class ConfigError(HarnessError):
    """Wrong use: an unknown name, a bad option, a broken input file."""

    exit_code = 2


class ToolNotFound(HarnessError):
    """An external program or library that is needed and not there."""


class ToolCrashed(HarnessError):
    """An external program died by itself where no candidate can be to blame."""


class CellLost(HarnessError):
    """The contained process that runs the tools went away or broke its protocol; worth one more try."""


class NoSpace(HarnessError):
    """The disk of the work folders is full, and it is not the sample that filled it."""


class CellUnusable(HarnessError):
    """A kind of cell cannot be started at all on this machine: no sample could be graded."""


class BackendError(HarnessError):
    """A model backend failed. ``retryable`` says whether the same request may succeed later."""

    def __init__(self, message: str, *, retryable: bool = False, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retryable = retryable
        self.retry_after = retry_after
        """Seconds that the server asked us to wait, where it did."""


class Unsolvable(HarnessError):
    """A problem that cannot be graded (its golden design fails its own testbench, say)."""


class NoReward(HarnessError):
    """The harness failed on a completion, so it has no reward; that is not a reward of 0."""
