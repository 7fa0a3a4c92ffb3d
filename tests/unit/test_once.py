"""What is the same is done once, whoever asks, and never kept where it must not be."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from harness.grading.once import Once


def test_the_second_who_asks_gets_the_first_answer() -> None:
    once: Once[int] = Once(10)
    assert once.get("a", lambda: 1) == (1, True)
    assert once.get("a", lambda: 2) == (1, False)
    assert once.get("b", lambda: 3) == (3, True)


def test_who_asks_while_another_is_at_it_waits() -> None:
    once: Once[int] = Once(10)
    begun, go, made = threading.Event(), threading.Event(), []

    def slowly() -> int:
        begun.set()
        go.wait(10)
        made.append(1)
        return len(made)

    with ThreadPoolExecutor(4) as threads:
        first = threads.submit(once.get, "a", slowly)
        assert begun.wait(10)
        others = [threads.submit(once.get, "a", slowly) for _ in range(3)]
        go.set()
        assert [first.result(10), *(other.result(10) for other in others)] == [(1, True)] + [(1, False)] * 3


def test_what_may_not_be_kept_is_made_again() -> None:
    once = Once[int](10, lambda answer: answer > 1)
    assert once.get("a", lambda: 1) == (1, True)
    assert once.get("a", lambda: 2) == (2, True)
    assert once.get("a", lambda: 3) == (2, False)


def test_an_exception_reaches_the_caller_and_is_not_kept() -> None:
    once: Once[int] = Once(10)
    with pytest.raises(ZeroDivisionError):
        once.get("a", lambda: 1 // 0)
    assert once.get("a", lambda: 2) == (2, True)


def test_the_oldest_answers_are_forgotten() -> None:
    once: Once[str] = Once(3)
    for name in "abcde":
        once.get(name, str)
    assert [once.get(name, lambda: "new") for name in "edc"] == [("", False)] * 3
    assert once.get("a", lambda: "new") == ("new", True)


def test_what_is_cleared_is_made_again() -> None:
    once: Once[int] = Once(10)
    once.get("a", lambda: 1)
    once.clear()
    assert once.get("a", lambda: 2) == (2, True)
