"""The description of the service, made of the very models by which requests are checked."""

from typing import Any

from harness import __version__
from harness.reward.wire import ErrorResponse, ScoreRequest, ScoreResponse

_ERRORS = {
    "400": "not JSON, or no length",
    "401": "no token, or a wrong one",
    "404": "the suite has no such problem",
    "408": "the body did not come within its time",
    "413": "a body that is too large",
    "415": "another type than application/json",
    "422": "JSON of another shape; `key` says where",
    "429": "the queue is full; see Retry-After",
    "500": "the harness's own trouble",
    "503": "starting or stopping; see Retry-After",
}


def document() -> dict[str, Any]:
    """OpenAPI 3.1."""
    schemas: dict[str, Any] = {}
    for model in (ScoreRequest, ScoreResponse, ErrorResponse):
        schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas |= schema.pop("$defs", {})
        schemas[model.__name__] = schema
    return {
        "openapi": "3.1.0",
        "info": {"title": "harness serve", "version": __version__, "description": "Rewards for answers in Verilog."},
        "paths": {
            "/v1/score": {"post": _score()},
            "/v1/problems": {"get": _get("The names of the problems.", "401", "503")},
            "/v1/about": {"get": _get("What the rewards depend on, workers, queue.", "401", "503")},
            "/health": {"get": {**_get("Whether rewards are given now.", "503"), "security": []}},
            "/metrics": {"get": _get("Counters in the Prometheus text format.", "401", kind="text/plain")},
            "/openapi.json": {"get": {**_get("This document."), "security": []}},
        },
        "components": {"schemas": schemas, "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
        "security": [{}, {"token": []}],
    }


def _score() -> dict[str, Any]:
    return {
        "operationId": "score",
        "summary": "The rewards of completions, in their order.",
        "requestBody": {"required": True, "content": _content("ScoreRequest")},
        "responses": {"200": {"description": "rewards", "content": _content("ScoreResponse")}, **_errors(*_ERRORS)},
    }


def _get(summary: str, *errors: str, kind: str = "application/json") -> dict[str, Any]:
    return {
        "summary": summary,
        "responses": {"200": {"description": summary, "content": {kind: {}}}, **_errors(*errors)},
    }


def _errors(*codes: str) -> dict[str, Any]:
    return {code: {"description": _ERRORS[code], "content": _content("ErrorResponse")} for code in codes}


def _content(model: str) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{model}"}}}
