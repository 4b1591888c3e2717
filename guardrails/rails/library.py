"""The only module that imports guardrails-ai: every rail as a registered validator, composed into two guards.

The validators call the plain rails, so results are the same with or without the library. Known traps, each held by a test:
a second `.use()` silently replaces the first; a guard keeps the last messages as plain text; without RUN_SYNC every
call starts a thread; spans are sent to the vendor unless the SDK is off before import (see `rails/__init__.py`).
"""

import sys
import threading
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from rails import form, input_rails, registry, reply_check, screening
from rails.draft import Draft, ReplyVectors
from rails.input_rails import Checked, Incoming
from rails.registry import Rail
from rails.reply_check import ReplyDecision
from rails.screening import Screening
from rails.verdict import Result, Verdict

# guardrails-ai imports jsonschema[format], which imports rfc3987_syntax, which builds a large grammar for 2.5 s at
# import. We check no JSON schema with IRIs, and jsonschema goes on without it when the import fails.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]  # None makes the import fail at once
try:
    from guardrails import Guard, OnFailAction, Validator, register_validator
    from guardrails.classes.validation.validation_result import FailResult, PassResult, ValidationResult
except ImportError as problem:  # our own folder of that name then answers as an empty package
    raise ImportError(
        "guardrails-ai is not installed, so no rail can run under it. Install the pinned requirements: make test"
    ) from problem

DANGER = ("danger_rules", "danger_classifier", screening.NEARNESS)
"""The rails that look for danger, in order."""
Results = dict[str, tuple[Any, Verdict]]
"""What each rail found and its verdict, by the rail's name."""


def _validator(rail: Rail) -> type[Validator]:
    """A guardrails-ai validator class that runs one plain rail."""

    def _validate(self: Validator, value: Any, metadata: dict[str, Any]) -> ValidationResult:
        found, verdict = _run(rail, metadata["given"])
        metadata["results"][rail.name] = (found, verdict)
        if verdict.passed:
            return PassResult()
        return FailResult(error_message=f"{verdict.result}: {verdict.reason}")

    about = {"__doc__": f"Runs the rail `{rail.name}`.", "_validate": _validate, "__module__": __name__}
    kind = type(rail.name.title().replace("_", ""), (Validator,), about)
    registered: type[Validator] = register_validator(name=f"kith/{rail.name}", data_type="string")(kind)
    return registered


def _run(rail: Rail, given: object) -> tuple[Any, Verdict]:
    try:
        return rail.check(given)
    except Exception as problem:
        return None, Verdict(rail.name, Result.ERROR, type(problem).__name__)


@lru_cache(maxsize=4)
def _kinds(rails: tuple[Rail, ...]) -> tuple[type[Validator], ...]:
    return tuple(_validator(rail) for rail in rails)


_kept = threading.local()


def guard_of(rails: Sequence[Rail]) -> Guard[str]:
    """This thread's guard for these rails. Kept, because building one sets up an unused web client for 40 ms."""
    guards: dict[tuple[Rail, ...], Guard[str]] = _kept.__dict__.setdefault("guards", {})
    key = tuple(rails)
    if key not in guards:
        guards[key] = _build(key)
    return guards[key]


def _build(rails: tuple[Rail, ...]) -> Guard[str]:
    """One guard with a validator for each rail. `noop` leaves the text alone; our verdicts decide."""
    guard: Guard[str] = Guard().use(*(kind(on_fail=OnFailAction.NOOP) for kind in _kinds(rails)))
    count = len(guard.get_validators("output"))
    if count != len(rails):
        raise RuntimeError(f"guardrails-ai kept {count} of {len(rails)} validators; refusing to run with fewer checks")
    return guard


def run(rails: Sequence[Rail], value: str, given: object) -> Results:
    """Run the rails on `value` under one guard. A rail that did not report counts as an error, never as a pass."""
    results: Results = {}
    guard = guard_of(rails)
    try:
        guard.validate(value or " ", metadata={"given": given, "results": results})
    finally:
        guard.history.clear()
    missing = {rail.name: (None, Verdict(rail.name, Result.ERROR, "did not run")) for rail in rails}
    return missing | results


def check_input(message: Incoming) -> Checked:
    """Run every input rail under the input guard."""
    results = run(registry.INPUT, message.text, message)
    return Checked(_screening(results), results["intent"][0], results["personal_data"][0], _verdicts(results))


def screen_with_guard(text: str, vectors: Sequence[Sequence[float]] = (), earlier: Sequence[str] = ()) -> Screening:
    """`screening.screen`, run under the guard; the same result."""
    message = Incoming(text, tuple(vectors), tuple(earlier))
    danger = [rail for rail in registry.INPUT if rail.name in DANGER]
    return _screening(run(danger, text, message))


def check_reply_with_guard(
    question: str, reply: str, passages: Sequence[str], contacts: Sequence[str], vectors: ReplyVectors | None = None
) -> ReplyDecision:
    """`reply_check.check`, run under the output guard; the same result."""
    try:
        final = form.mended(reply)
        draft = Draft.of(question, final, passages, contacts, vectors)
    except Exception:
        return reply_check.check(question, reply, passages, contacts, vectors)
    return reply_check.decide(reply, final, _verdicts(run(registry.OUTPUT, final, draft)))


def _screening(results: Mapping[str, tuple[Any, Verdict]]) -> Screening:
    pairs = [results[name] for name in DANGER]
    return screening.combine([hit for hits, _ in pairs for hit in hits or ()], tuple(verdict for _, verdict in pairs))


def _verdicts(results: Mapping[str, tuple[Any, Verdict]]) -> tuple[Verdict, ...]:
    return tuple(verdict for _, verdict in results.values())


assert input_rails  # imported for its table
