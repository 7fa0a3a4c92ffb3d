"""What is wrong with one problem of a published suite: the others are read all the same."""

from pathlib import Path, PurePath


class Damaged(Exception):
    """Why one problem cannot be read: a line for each of its files that is missing or of another shape."""

    def __init__(self, *lines: str) -> None:
        super().__init__("; ".join(lines))
        self.lines = lines


def read_text(path: Path, shown: PurePath) -> str:
    """A file's text, not empty, without a byte order mark. Raises Damaged, naming it as ``shown``."""
    try:
        text = path.read_text("utf-8-sig")
    except FileNotFoundError:
        raise Damaged(f"{shown}: missing") from None
    except OSError as error:
        raise Damaged(f"{shown}: {error.strerror}") from error
    except UnicodeDecodeError:
        raise Damaged(f"{shown}: not UTF-8") from None
    if not text.strip():
        raise Damaged(f"{shown}: empty")
    return text
