"""The identity of a run: one model × one suite × one task × one set of parameters."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from harness.records import shape

SCHEMA = 1
SINGLE_SHOT = "single-shot"
"""The track of runs in which a model sees nothing of how its answer fared."""


_FOLDERS = re.compile(r"^[^:]*/(?=[^:/]+\.py:)")
"""Of ``folder/my_models.py:Class``."""


@dataclass(frozen=True, slots=True)
class RunConfig:
    """What run.json says. Written first; the same parameters lead to the same folder."""

    suite: str
    suite_version: str
    suite_digest: str
    task: str
    rules: str
    model: str
    params_requested: Mapping[str, Any]
    prompt_digest: str
    stages: tuple[str, ...]
    tools: Mapping[str, str]
    sandbox: str
    seed: int
    harness_version: str
    params_sent: Mapping[str, Any] = field(default_factory=dict)
    track: str = SINGLE_SHOT
    answers: str | None = None
    """Digest of the file of answers that were handed in; None where a model was asked."""
    library: Mapping[str, str] = field(default_factory=dict)
    """``name`` and ``digest`` of the cell library; empty where nothing is mapped, or the run does not say."""
    fpga: str | None = None
    activity: float | str | None = None
    """What power is computed from: toggles in a cycle, or ``testbench``; None where there is no timing."""
    backend: Mapping[str, str] = field(default_factory=dict)
    """What stood behind the model's name: ``base_url``, ``package``, ``file`` (a digest), as far as there is any;
    empty also where the run does not say."""
    moved: tuple[str, ...] = ()
    """Later addresses of the same server, as the user said; what the run is does not depend on them."""
    created: str = ""
    """The day on which the run was begun (ISO, UTC); empty where the run does not say."""

    @property
    def parameters_digest(self) -> str:
        """Eight hex digits over everything that decides which answers and verdicts the run can hold.

        Stages, tools, library and sandbox are left out: a run can be graded again under others.
        """
        # Runs that do not say what was asked keep the digest, and so the name, that they were made with.
        asked = [json.dumps(dict(self.backend), sort_keys=True)] if self.backend else []
        parts = [self.suite, self.suite_digest, self.task, self.rules, self.model, self.track, self.prompt_digest]
        parts += [json.dumps(self.params_requested, sort_keys=True), str(self.seed), self.answers or "", *asked]
        return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:8]

    def without_backend(self) -> "RunConfig":
        """The same as a run says it that was made before ``backend`` was recorded."""
        return replace(self, backend={})

    def goes_on(self, there: "RunConfig") -> bool:
        """Whether ``there`` is this run: of the same parameters, and of the same backend where both say one."""
        if not self.backend or not there.backend:
            return self.without_backend().parameters_digest == there.without_backend().parameters_digest
        return self.parameters_digest == there.parameters_digest

    def moved_from(self, there: "RunConfig") -> "RunConfig":
        """This run as ``there`` began it, asked at a new address of the same server."""
        was, now = (config.backend.get("base_url") for config in (there, self))
        if was is None or now is None:
            return self
        addresses = there.moved if now in (was, *there.moved) else (*there.moved, now)
        return replace(self, backend={**self.backend, "base_url": was}, moved=addresses)

    def default_name(self) -> str:
        """``<suite>-<task>-<model>-<8 hex>``, safe as a folder's name; of a model in a file without its folders."""
        return self._named(_FOLDERS.sub("", self.model))

    def former_name(self) -> str:
        """The name that the run has where it was begun before ``backend`` was recorded."""
        return self.without_backend()._named(self.model)

    def _named(self, model: str) -> str:
        model = re.sub(r"[^A-Za-z0-9._+=-]+", "-", model).strip("-.")[-60:] or "model"
        return f"{self.suite}-{self.task}-{model}-{self.parameters_digest}"

    def to_json(self, run: str) -> dict[str, Any]:
        return {
            "schema": SCHEMA,
            "run": run,
            "suite": {"name": self.suite, "version": self.suite_version, "digest": self.suite_digest},
            "task": self.task,
            "rules": self.rules,
            "track": self.track,
            "model": self.model,
            "backend": dict(sorted(self.backend.items())) or None,
            "moved": list(self.moved),
            "params_requested": dict(self.params_requested),
            "params_sent": dict(self.params_sent),
            "prompt_digest": self.prompt_digest,
            "answers": self.answers,
            "stages": list(self.stages),
            "tools": dict(sorted(self.tools.items())),
            "library": dict(sorted(self.library.items())) or None,
            "fpga": self.fpga,
            "activity": self.activity,
            "sandbox": self.sandbox,
            "seed": self.seed,
            "harness_version": self.harness_version,
            "parameters_digest": self.parameters_digest,
            "created": self.created,
        }

    @staticmethod
    def from_json(value: Mapping[str, Any]) -> "RunConfig":
        """Raises KeyError, TypeError or ValueError on a document of another shape."""
        suite = shape.table(value["suite"])
        named = ("task", "rules", "model", "prompt_digest", "sandbox", "harness_version")
        return RunConfig(
            suite=shape.text(suite["name"]),
            suite_version=shape.text(suite["version"]),
            suite_digest=shape.text(suite["digest"]),
            **{name: shape.text(value[name]) for name in named},
            params_requested=shape.table(value["params_requested"]),
            stages=tuple(map(shape.text, value["stages"])),
            tools=shape.texts(value["tools"]),
            seed=shape.count(value["seed"]),
            params_sent=shape.table(value.get("params_sent", {})),
            track=shape.text(value.get("track", SINGLE_SHOT)),
            answers=shape.optional_text(value.get("answers")),
            library=shape.texts(value.get("library") or {}),
            fpga=shape.optional_text(value.get("fpga")),
            activity=_activity(value.get("activity")),
            backend=shape.texts(value.get("backend") or {}),
            moved=tuple(map(shape.text, value.get("moved", ()))),
            created=shape.text(value.get("created", "")),
        )


def _activity(value: Any) -> float | str | None:
    return value if value is None or isinstance(value, str) else shape.number(value)
