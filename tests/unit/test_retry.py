"""The one retry layer, with a model, a clock and a chance that are played."""

import pytest

from harness.errors import BackendError, ConfigError
from harness.models import Completion, ModelUnavailable, RateLimited, Request, as_model, complete_with_retries
from harness.models.protocol import RetryKind, default_retry_kind
from harness.models.retry import CAP_S, wait_s

REQUEST = Request("p", 0)


class Played:
    """Raises or returns what it is told, in turn; time passes only while it is slept."""

    def __init__(self, *turns: Completion | Exception) -> None:
        self.turns = list(turns)
        self.asked = 0
        self.slept: list[float] = []
        self.told: list[tuple[RetryKind, float]] = []

    def complete(self, request: Request) -> Completion:
        turn = self.turns[min(self.asked, len(self.turns) - 1)]
        self.asked += 1
        if isinstance(turn, Exception):
            raise turn
        return turn

    def run(self, attempts: int = 5, deadline_s: float = 1e9, chance: float = 0.0) -> Completion:
        return complete_with_retries(
            as_model(self, "played"),
            REQUEST,
            attempts=attempts,
            sleep=self.slept.append,
            clock=lambda: sum(self.slept),
            random=lambda: chance,
            deadline_s=deadline_s,
            on_retry=lambda kind, pause: self.told.append((kind, pause)),
        )


BUSY = BackendError("busy", retryable=True)


def test_an_answer_at_once_is_returned_as_it_is() -> None:
    played = Played(Completion("x"))
    assert played.run() == Completion("x")
    assert played.slept == []


def test_transient_trouble_is_waited_out_twice_as_long_each_time() -> None:
    played = Played(BUSY, BUSY, BUSY, Completion("x"))
    assert played.run(chance=1.0).text == "x"
    assert played.slept == [0.5, 1.0, 2.0]
    assert [kind for kind, _ in played.told] == ["transient"] * 3


def test_a_rate_limit_is_given_more_time() -> None:
    played = Played(RateLimited("slow"), RateLimited("slow"), Completion("x"))
    played.run(chance=1.0)
    assert played.told == [("rate_limit", 2.0), ("rate_limit", 4.0)]


def test_retry_after_is_honoured_and_never_undercut() -> None:
    played = Played(
        RateLimited("slow", retry_after=30), BackendError("b", retryable=True, retry_after=7), Completion("x")
    )
    played.run()
    assert played.slept == [30, 7]
    assert wait_s("transient", 10, 1.0, 1.0) == CAP_S


@pytest.mark.parametrize("odd", [float("nan"), float("inf"), -5, None, "3"])
def test_a_senseless_retry_after_is_ignored(odd: object) -> None:
    assert wait_s("transient", 1, odd, 1.0) == 0.5


def test_the_jitter_takes_up_to_half_of_a_wait() -> None:
    assert (wait_s("transient", 1, None, 0.0), wait_s("transient", 1, None, 1.0)) == (0.25, 0.5)
    assert wait_s("rate_limit", 10_000, None, 0.5) == 45


def test_after_the_last_attempt_the_sample_is_an_infrastructure_error() -> None:
    played = Played(BackendError("server\nis down", retryable=True))
    reply = played.run(attempts=3)
    assert reply == Completion("", finish_reason=None, error="server is down (3 tries)")
    assert played.asked == 3 and len(played.slept) == 2


def test_a_wait_beyond_the_deadline_is_not_begun() -> None:
    played = Played(RateLimited("come back tomorrow", retry_after=80_000))
    reply = played.run(deadline_s=3600)
    assert reply.error == "come back tomorrow" and played.slept == []


def test_a_fatal_error_of_one_request_is_not_tried_again() -> None:
    played = Played(BackendError("bad request"))
    assert played.run().error == "bad request"
    assert played.asked == 1


@pytest.mark.parametrize("error", [ModelUnavailable("no such model"), ConfigError("no suite")])
def test_what_concerns_every_request_is_raised(error: Exception) -> None:
    with pytest.raises(type(error)):
        Played(error).run()


def test_an_error_of_a_plug_in_is_kept_with_its_name_in_one_short_line() -> None:
    reply = Played(ValueError("a\n" + "b" * 1000)).run()
    assert reply.error is not None and reply.error.startswith("ValueError: a b") and len(reply.error) == 300
    assert Played(ZeroDivisionError()).run().error == "ZeroDivisionError"


def test_ctrl_c_is_never_swallowed() -> None:
    class Interrupted:
        def complete(self, request: Request) -> Completion:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        complete_with_retries(
            as_model(Interrupted(), "m"), REQUEST, attempts=3, sleep=print, clock=lambda: 0.0, random=lambda: 0.0
        )


@pytest.mark.parametrize("answer", ["now and then", None])
def test_a_retry_kind_that_is_none_counts_as_fatal(answer: str | None) -> None:
    class Odd(Played):
        def retry_kind(self, error: Exception) -> str:
            if answer is None:
                raise RuntimeError
            return answer

    played = Odd(BUSY)
    assert played.run().error == "busy" and played.asked == 1


class VendorError(Exception):
    def __init__(self, status_code: int) -> None:
        super().__init__(f"status {status_code}")
        self.status_code = status_code


# Named as in httpx, which has no common base with Python's own.
ReadTimeout = type("ReadTimeout", (Exception,), {})


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (VendorError(429), "rate_limit"),
        (VendorError(503), "transient"),
        (VendorError(400), "fatal"),
        (TimeoutError(), "transient"),
        (ConnectionResetError(), "transient"),
        (ReadTimeout(), "transient"),
        (FileNotFoundError(), "fatal"),
        (KeyError("x"), "fatal"),
    ],
)
def test_errors_of_other_libraries_are_judged_by_status_or_name(error: Exception, kind: str) -> None:
    assert default_retry_kind(error) == kind
