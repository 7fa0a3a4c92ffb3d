"""Numbers in front of words, for people."""


def counted(count: int, what: str) -> str:
    """``counted(1, "problem")`` is ``1 problem``, with any other number ``problems``."""
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"
