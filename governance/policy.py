"""The rules of the gate and of the circuit breaker, read from YAML that the board owns."""

from functools import cache
from importlib import resources
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from assistant.domain.roles import Role
from assistant.errors import KithError, SettingsWrong
from assistant.settings import Settings

Way = Literal["full", "light", "emergency"]


class PathUnknown(KithError):
    """The policy has no such way to go live."""

    status_code = 404


class Strict(BaseModel):
    """Refuse what it does not know, so that a slip of the pen is no silent change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Route(Strict):
    """One way to go live: suites to pass, and for each approval the roles any of which may give it."""

    title: str
    suites: tuple[str, ...] = Field(min_length=1)
    approvals: tuple[frozenset[Role], ...] = Field(min_length=1)
    only_changes: frozenset[str] = frozenset()
    """Parts of the release that may differ from the approved one that serves; empty means any."""
    affected_cases: bool = False
    """Whether cases that the change cannot touch may keep their results of the release that serves."""
    review_within_days: int | None = Field(default=None, ge=1, le=5)


class Gate(Strict):
    """What must be true before a release may serve."""

    evidence_lasts_days: int = Field(ge=1, le=366)
    most_days_accepted: int = Field(ge=1, le=366)
    paths: dict[Way, Route]


class Limit(Strict):
    """A live indicator and what happens past its limit: a number of events, or a share of at least `least`."""

    indicator: Literal["harm_reports", "undelivered_crisis_texts", "groundedness_failures", "errors"]
    title: str
    window_hours: int = Field(ge=1, le=168)
    most: int | None = Field(default=None, ge=0)
    most_share: float | None = Field(default=None, ge=0, le=1)
    least: int = Field(default=1, ge=1)
    does: Literal["pause", "quote", "alert"]

    @model_validator(mode="after")
    def one_limit(self) -> "Limit":
        """Ask for a number or a share, not both."""
        if (self.most is None) == (self.most_share is None):
            raise ValueError("give either `most` or `most_share`")
        return self


class Policy(Strict):
    """All of `policy.yaml`."""

    gate: Gate
    breaker: tuple[Limit, ...]


@cache
def read_policy(file: Path) -> Policy:
    """Read and check the file. Raises `SettingsWrong` that names the line of thought to follow."""
    try:
        return Policy.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))
    except (OSError, yaml.YAMLError) as error:
        raise SettingsWrong(
            f"KITH_GOVERNANCE_POLICY: {file} could not be read as YAML. Copy governance/policy.yaml and edit it."
        ) from error
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
        raise SettingsWrong(f"KITH_GOVERNANCE_POLICY: {file} cannot be used. {wrong}") from None


def policy_of(settings: Settings) -> Policy:
    return read_policy(settings.governance_policy or Path(str(resources.files("governance") / "policy.yaml")))


def route_named(gate: Gate, path: str) -> Route:
    """Return one way to go live. Raises `PathUnknown`, naming those that the policy has."""
    for name, route in gate.paths.items():
        if name == path:
            return route
    raise PathUnknown(f"There is no path called {path}. The paths are: {', '.join(gate.paths)}.")
