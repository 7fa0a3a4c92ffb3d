"""Our own classes of lint warnings, beside slang's."""

LATCH = "latch"
"""An inferred latch that is in no ``always_latch``."""
INCOMPLETE_RESET = "incomplete-reset"
"""A register that the reset branch of its block leaves out."""
NO_RESET = "no-reset"
"""A register with neither reset nor initial value, in a design in which others have one: X until it is written."""
