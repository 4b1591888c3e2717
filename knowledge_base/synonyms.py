"""The editable list of what carers say: other names for things, and other spellings of words.

Kith ships with one in `synonyms.yaml`. A council's own copy, when there is one, stands in its place and is read
again as soon as it changes, so that a service owner's edit works at once and without a new index.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib import resources
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from knowledge_base.errors import SynonymsNotValid
from knowledge_base.files import write_at_once
from knowledge_base.words import split, stem, tokens
from knowledge_base.yaml_text import read_yaml

Phrase = tuple[str, ...]
NAME = "synonyms.yaml"
OWN: list[Path] = []
"""Where the council's own list stands, if anywhere. Set once, when the service is put together."""


class SynonymList(BaseModel):
    """The list as it is written down."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    owner: str
    reviewed_on: date
    names: dict[str, list[str]]
    """What the guidance calls a thing, with what carers say."""
    spelt: dict[str, list[str]]
    """A plain word, with its spellings in dialect and text-speak."""

    @field_validator("names", "spelt")
    @classmethod
    def _has_words(cls, value: dict[str, list[str]]) -> dict[str, list[str]]:
        for name, said in value.items():
            if not tokens(name) and not split(name):
                raise ValueError(f'"{name}" has no word that counts.')
            empty = [one for one in said if not split(one)]
            if empty or not said:
                raise ValueError(f'"{name}" has an empty phrase.')
        return value


@dataclass(frozen=True, slots=True)
class Synonym:
    """What carers say, as stems of all its words, and the stems that count of what the guidance calls it."""

    said: Phrase
    name: Phrase


@dataclass(frozen=True)
class Sayings:
    """The list made ready: names by the first stem of what carers say, words in full by their other spelling or initials."""

    by_first: Mapping[str, tuple[Synonym, ...]]
    spelt: Mapping[str, str]
    initials: Mapping[str, str]


def use(path: Path) -> None:
    """Read the council's own list from here whenever there is one."""
    OWN[:] = [path]


def list_path() -> Path | None:
    """Return the council's own list; None while the one that Kith ships with is used."""
    return next((path for path in OWN if path.is_file()), None)


def list_text() -> str:
    """Return the list in use, as text."""
    path = list_path()
    return path.read_text("utf-8") if path else shipped_text()


def parse(text: str) -> SynonymList:
    """Read a list.

    Raises:
        SynonymsNotValid: It is not YAML, or something is missing or empty.
    """
    try:
        return SynonymList.model_validate(read_yaml(text))
    except (yaml.YAMLError, ValidationError) as error:
        raise SynonymsNotValid(_first_line(error)) from error


def save(path: Path, found: SynonymList) -> None:
    """Write a list in one step, so that a search never reads half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_at_once(path, yaml.safe_dump(found.model_dump(mode="json"), sort_keys=False, allow_unicode=True, width=110))


def sayings() -> Sayings:
    """Return the list in use. The council's own is read again when its file has changed.

    A list that was broken by hand must not end the search: the one that Kith ships with is used meanwhile.
    """
    path = list_path()
    try:
        return _read(path, path.stat().st_mtime_ns if path else 0)
    except (SynonymsNotValid, OSError):
        return _read(None, 0)


@lru_cache(maxsize=2)
def _read(path: Path | None, changed: int) -> Sayings:
    return prepare(parse(path.read_text("utf-8") if path else shipped_text()))


def shipped_text() -> str:
    """Return the list that Kith ships with."""
    return resources.files("knowledge_base").joinpath(NAME).read_text("utf-8")


def prepare(found: SynonymList) -> Sayings:
    """Make a list ready for searching."""
    by_first: dict[str, tuple[Synonym, ...]] = {}
    for name, all_said in found.names.items():
        for said in all_said:
            stems = tuple(stem(word) for word in split(said))
            by_first[stems[0]] = (*by_first.get(stems[0], ()), Synonym(stems, tuple(tokens(name))))
    spelt = {split(one)[0]: plain for plain, spellings in found.spelt.items() for one in spellings}
    initials = {one: name for name, phrases in found.names.items() for one in phrases if one == initials_of(name)}
    return Sayings(by_first, spelt, initials)


def initials_of(name: str) -> str:
    """Return the letters that a name is known by: "lasting power of attorney" gives "lpa"."""
    return "".join(word[0] for word in name.split() if word not in ("and", "of", "the"))


def _first_line(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        return f"{'.'.join(map(str, first['loc'])) or 'the list'}: {first['msg']}"
    return str(error).splitlines()[0]
