"""A release is everything that shapes a reply, hashed. Every reply names the one that it ran under."""

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from importlib import resources
from importlib.metadata import version
from importlib.resources.abc import Traversable
from typing import Any
from urllib.parse import urlsplit

from assistant.adapters.model import PROMPT_VERSION, SYSTEM
from assistant.checks.words import Words, digests
from assistant.pipeline.wording import Wording
from assistant.settings import Settings
from knowledge_base.commands import search_settings_version

CODE = {
    "rails": (".",),
    "knowledge_base": (".", "curation"),
    "assistant": (".", "adapters", "cases", "channels", "checks", "domain", "inbox"),
}
"""Where the code and data stand that find, check, send, withhold and pass on; the steps have a line of their own."""
SETTINGS = (
    "burst_quiet", "burst_most", "disclosure_repeat", "approve_before_send", "approve_within", "model_tokens_a_day",
    "turn_attempts", "names_model",
)  # fmt: skip
"""Settings that change what a carer gets, or when; those with a word of their own in the release stand there."""


def parts_that_differ(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """Return the names of the parts in which the facts of two releases differ."""
    return sorted(name for name in {*old, *new} if old.get(name) != new.get(name))


def release_facts(settings: Settings, wording: Wording, guidance_version: str, words: Words) -> dict[str, Any]:
    """Return what this release is made of. No secret and nothing of a carer is in it.

    `words` are the approved words of the safety checks that stand in the place of shipped ones.
    """
    return {
        **shipped(),
        "prompt": {"version": PROMPT_VERSION, "hash": _hash(SYSTEM)},
        "model": settings.model or "quote mode",
        "model_address": urlsplit(settings.model_base_url).hostname or "the provider's own",
        "model_timeout_s": settings.model_timeout.total_seconds(),
        "embedding_model": settings.embedding_model or "all-MiniLM-L6-v2",
        "entailment_model": files_hash(settings.entailment_model) if settings.entailment_model else "none",
        "settings": {name: str(getattr(settings, name)) for name in SETTINGS},
        "guidance": guidance_version,
        "words": digests(words),
        "search": search_settings_version(),
        "disclosure": wording.disclosure_version,
        "fixed_texts": wording.fingerprint,
    }


@cache
def shipped() -> Mapping[str, str]:
    """Return the facts about files that came with Kith. They are read once: a process runs what it started with."""
    return {
        "code": version("kith"),
        "code_files": _hash("".join(folder_hashes(package, folders) for package, folders in CODE.items())),
        "rails": folder_hashes("rails", ("policy", "weights")),
        "steps": folder_hashes("assistant", ("pipeline",)),
    }


def release_id(facts: Mapping[str, Any]) -> str:
    """Return a short name that changes with any of the facts."""
    return "r-" + _hash(json.dumps(facts, sort_keys=True))[:12]


def folder_hashes(package: str, folders: tuple[str, ...]) -> str:
    """Return one hash over the files that lie directly in some folders of a package."""
    root = resources.files(package)
    return files_hash(*(root / folder if folder != "." else root for folder in folders))


def files_hash(*places: Traversable) -> str:
    """Return one hash over the names and bytes of the files that lie directly in some folders."""
    digest = hashlib.sha256()
    for place in places:
        if not place.is_dir():
            continue
        for file in sorted((one for one in place.iterdir() if one.is_file()), key=lambda one: one.name):
            digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
