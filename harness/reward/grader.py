"""``Grader``: completions in, rewards out, from any thread and on either side of a fork."""

import difflib
import os
import threading
import weakref
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import Any, Literal

from harness.errors import ConfigError
from harness.records.completion import Answer, Completion
from harness.records.grade import Grade
from harness.records.outcome import Outcome, Stage, Task
from harness.records.problem import Problem
from harness.reward.components import Reward, above_constant, components_of, counts_checks, share_of_checks, weighted
from harness.reward.constants import BestConstants
from harness.reward.weights import DEFAULT_WEIGHTS, checked_weights
from harness.runs.asking import candidate_of
from harness.runs.cache import JsonStore
from harness.runs.options import RunOptions
from harness.runs.session import Session, open_session

LONGEST_REPLY = 400_000
"""Characters. A longer reply is ``rejected`` without a look."""
_TRIES = 2
"""Of one sample, where the harness itself failed."""
Depth = Literal["netlist", "simulation"]


@dataclass(frozen=True, slots=True)
class _Setup:
    """What a Grader was asked to be; enough to make it again in another process."""

    run: RunOptions
    weights: Mapping[str, float]
    depth: Depth
    cpu_s: int | None
    longest_reply: int


@dataclass(frozen=True, slots=True)
class _Running:
    """What exists once a process has scored something."""

    session: Session
    problems: Mapping[str, Problem]
    constants: BestConstants
    threads: ThreadPoolExecutor
    stack: ExitStack


class Grader:
    """Scores completions of one suite's problems, under default rules.

    Thread-safe: calls share ``workers`` threads. Safe over ``fork`` and ``pickle``: each process starts cells of its
    own at its first score. The same completion gets the same reward alone, in a batch, and on a busy machine.
    """

    def __init__(
        self,
        suite: str = "core",
        *,
        suite_path: str | None = None,
        task: str = "spec-to-rtl",
        stages: Iterable[str] = (),
        depth: Depth = "netlist",
        weights: Mapping[str, float] = DEFAULT_WEIGHTS,
        workers: int = 0,
        sandbox: str = "auto",
        liberty: str = "neutral",
        cpu_s: int | None = None,
        longest_reply: int = LONGEST_REPLY,
        cache: bool = True,
    ) -> None:
        """Args:
            suite, suite_path, task, sandbox, liberty: as on the command line.
            stages: measuring stages besides the verdict: ``timing``, ``equivalence``; or ``netlist``: the verdict
                alone, without an area.
            depth: ``netlist`` (what a verdict needs), or ``simulation``: quicker, but a design that is right only as
                text passes.
            weights: component → weight, from 0 on; see ``COMPONENTS``.
            workers: samples graded at once; 0: as many as there are cores.
            cpu_s: at most so many CPU seconds for a simulation, where the problem allows more.
            longest_reply: in characters; a longer one is ``rejected``.
            cache: read and write ``results/cache``.

        Raises ConfigError on wrong use; suite and tools are looked for at the first score, or by ``open``.
        """
        if depth not in ("netlist", "simulation"):
            raise ConfigError(f'depth "{depth}": netlist or simulation')
        if depth == "simulation" and stages:
            raise ConfigError("stages measure hardware: they want depth netlist")
        if cpu_s is not None and cpu_s < 1:
            raise ConfigError(f"cpu_s {cpu_s}: from 1 on")
        run = RunOptions(
            suite=suite,
            suite_path=suite_path,
            task=_enum(Task, "task", task),
            stages=frozenset(_enum(Stage, "stages", stage) for stage in stages),
            workers=workers,
            sandbox=sandbox,
            liberty=liberty,
            no_cache=not cache,
            quiet=True,
        )
        self._setup = _Setup(run, checked_weights(weights), depth, cpu_s, longest_reply)
        self._running: _Running | None = None
        self._lock = threading.Lock()
        _GRADERS.add(self)

    # use

    def score(self, problem: str, completions: Sequence[str | Completion], *, code: bool = False) -> list[Reward]:
        """The rewards of completions of one problem, in their order.

        A completion is a raw reply; with ``code`` it is Verilog, taken as it is. Raises ConfigError on an unknown
        problem, CellUnusable where nothing can be graded on this machine at all. Any other trouble of ours is a
        reward without a score.
        """
        return self.score_many([(problem, completion) for completion in completions], code=code)

    def score_many(self, items: Iterable[tuple[str, str | Completion]], *, code: bool = False) -> list[Reward]:
        """The same of (problem, completion) pairs of any problems."""
        running = self.open()
        work = [(self._problem(running, name), completion) for name, completion in items]
        futures: list[Future[Reward]] = [running.threads.submit(self._one, running, *item, code) for item in work]
        try:
            return [future.result() for future in futures]
        finally:
            for future in futures:
                future.cancel()

    def problems(self) -> tuple[str, ...]:
        return tuple(self.open().problems)

    @property
    def workers(self) -> int:
        return self._setup.run.workers or os.cpu_count() or 1

    @property
    def about(self) -> dict[str, Any]:
        """What the rewards depend on: suite, tools, weights, depth."""
        session = self.open().session
        suite = {"name": session.suite.name, "version": session.suite.version, "digest": session.suite.digest}
        tools, setup = dict(session.settings.tools), self._setup
        found = {"suite": suite, "tools": tools, "sandbox": session.settings.sandbox, "depth": setup.depth}
        return {**found, "weights": dict(setup.weights)}

    # life

    def open(self) -> _Running:
        """Find suite and tools now. Raises ConfigError or ToolNotFound; needs no call, ``score`` does it."""
        with self._lock:
            if self._running is None:
                self._running = self._start()
            return self._running

    def close(self) -> None:
        """Wait for what is being graded and stop the cells. The next score starts anew."""
        with self._lock:
            running, self._running = self._running, None
        if running is not None:
            running.threads.shutdown(wait=True, cancel_futures=True)
            running.stack.close()

    def __enter__(self) -> "Grader":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __reduce__(self) -> tuple[Any, ...]:
        return _again, (self._setup,)

    def _start(self) -> _Running:
        setup = self._setup
        with ExitStack() as stack:
            netlist = setup.depth == "netlist"
            session = stack.enter_context(open_session(setup.run, to_netlist=netlist, near_misses=netlist))
            problems = {problem.name: _limited(problem, setup.cpu_s) for problem in session.problems}
            store = None if setup.run.no_cache else JsonStore("baselines")
            constants = BestConstants(session.run_job, session.settings.baseline_identity, store)
            threads = ThreadPoolExecutor(session.workers, "reward")
            return _Running(session, problems, constants, threads, stack.pop_all())

    def _after_fork(self) -> None:
        self._lock = threading.Lock()
        running, self._running = self._running, None
        if running is not None:
            _PARENTS.append(running)

    # one sample

    def _problem(self, running: _Running, name: str) -> Problem:
        found = running.problems.get(name)
        if found is None:
            near = difflib.get_close_matches(name, running.problems, 1)
            hint = (
                f'Did you mean "{near[0]}"?' if near else f"All problems: harness list --suite {self._setup.run.suite}"
            )
            raise ConfigError(f'suite {self._setup.run.suite} has no problem "{name}". {hint}')
        return found

    def _one(self, running: _Running, problem: Problem, completion: str | Completion, code: bool) -> Reward:
        reply = Completion(completion) if isinstance(completion, str) else completion
        if reply.error is not None:
            return Reward(problem.name, Outcome.INFRA_ERROR, None, message=f"no reply: {reply.error}")
        if len(reply.text) > self._setup.longest_reply:
            message = f"a reply of {len(reply.text):,} characters; at most {self._setup.longest_reply:,}"
            return self._reward(Grade(problem.name, 0, Outcome.REJECTED, message=message), 0.0)
        candidate = candidate_of(running.session, problem, Answer(problem.name, 0, reply, is_code=code))
        for _ in range(_TRIES):
            grade = running.session.grader.grade(problem, candidate, 0).grade
            if grade.outcome is not Outcome.INFRA_ERROR:
                return self._reward(grade, self._checks(running, problem, grade))
        return Reward(problem.name, grade.outcome, None, message=grade.message)

    def _checks(self, running: _Running, problem: Problem, grade: Grade) -> float:
        """The share of checks above the best constant answer's, as text and as netlist, whichever is less."""
        if not counts_checks(grade):
            return 0.0
        baseline = running.session.grader.baselines.of(problem)
        seen = [grade.stages[stage] for stage in (Stage.SIMULATE, Stage.NETLIST) if stage in grade.stages]
        share = min(share_of_checks(result, baseline.checks) for result in seen)
        return above_constant(share, running.constants.share(problem, baseline)) if share else 0.0

    def _reward(self, grade: Grade, checks: float) -> Reward:
        components = components_of(grade, checks, to_netlist=self._setup.depth == "netlist")
        score = weighted(components, self._setup.weights)
        ratio = grade.ratio if grade.outcome is Outcome.PASS else {}
        return Reward(grade.problem, grade.outcome, score, components, grade.message, ratio)


def _again(setup: _Setup) -> Grader:
    found = Grader.__new__(Grader)
    found._setup, found._running, found._lock = setup, None, threading.Lock()
    _GRADERS.add(found)
    return found


def _limited(problem: Problem, cpu_s: int | None) -> Problem:
    bench = problem.testbench
    return problem if cpu_s is None else replace(problem, testbench=replace(bench, cpu_s=min(cpu_s, bench.cpu_s)))


def _enum(kind: Any, name: str, value: str) -> Any:
    try:
        return kind(value)
    except ValueError:
        raise ConfigError(f'{name} "{value}": {", ".join(kind)}') from None


_GRADERS: "weakref.WeakSet[Grader]" = weakref.WeakSet()
_PARENTS: list[_Running] = []
"""In a forked process, what belongs to the parent: kept, since its end would be the end of the parent's cells."""


def _let_go() -> None:
    for grader in list(_GRADERS):
        grader._after_fork()


os.register_at_fork(after_in_child=_let_go)
