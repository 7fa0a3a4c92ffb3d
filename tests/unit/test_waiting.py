"""Which reply is graded next."""

import pytest

from harness.runs.waiting import Waiting


def filled(*names: str) -> Waiting[str]:
    waiting: Waiting[str] = Waiting()
    for number, name in enumerate(names):
        waiting.append(name, f"{name}{number}")
    return waiting


def test_one_of_each_problem_comes_first_then_the_longest_problem_as_a_whole() -> None:
    waiting = filled("a", "a", "a", "b", "b", "b", "c", "c")
    assert [waiting.popleft() for _ in range(3)] == ["a0", "b3", "c6"]
    for name, cpu_s in {"a": 1.0, "b": 5.0, "c": 2.0}.items():
        waiting.learn(name, cpu_s)
    assert [waiting.popleft() for _ in range(5)] == ["b4", "b5", "c7", "a1", "a2"]


def test_where_nothing_is_known_yet_they_go_in_order() -> None:
    waiting = filled("b", "b", "a", "a")
    assert [waiting.popleft() for _ in range(4)] == ["b0", "a2", "b1", "a3"]


def test_what_comes_while_others_are_graded_has_its_turn() -> None:
    waiting = filled("a", "a")
    assert waiting.popleft() == "a0"
    waiting.append("b", "late")
    assert (len(waiting), waiting.popleft(), waiting.popleft(), len(waiting)) == (2, "late", "a1", 0)
    assert not waiting
    waiting.append("a", "again")
    assert waiting.popleft() == "again"
    with pytest.raises(IndexError):
        waiting.popleft()


def test_the_longest_sample_of_a_problem_counts() -> None:
    waiting = filled("a", "a", "b", "b")
    waiting.popleft()
    waiting.popleft()
    waiting.learn("a", 3.0)
    waiting.learn("b", 2.0)
    waiting.learn("a", 0.1)
    assert waiting.popleft() == "a1"
