"""The usage policy and the do's-and-don'ts card, which staff accept before they get in."""

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib import resources

import yaml


@dataclass(frozen=True, slots=True)
class Policy:
    """What staff agree to. `version` changes with every word, so that a change is accepted anew."""

    version: str
    title: str
    owner: str
    purpose: str
    do: tuple[str, ...]
    dont: tuple[str, ...]


@cache
def policy() -> Policy:
    """Return the policy as it stands in `policy.yaml`."""
    text = (resources.files("assistant") / "staff" / "policy.yaml").read_text(encoding="utf-8")
    facts = yaml.safe_load(text)
    # The words alone count: a new comment or line break asks nobody to accept again.
    version = "p-" + hashlib.sha256(repr(sorted(facts.items())).encode()).hexdigest()[:12]
    return Policy(version, facts["title"], facts["owner"], facts["purpose"], tuple(facts["do"]), tuple(facts["dont"]))
