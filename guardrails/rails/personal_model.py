"""Names that an operator's own spaCy model finds, beside those found by the rules. Off unless the operator names a model.

spaCy is none of Kith's dependencies: who wants it installs it and a model. A model that was named and cannot be read stops
the start, and one that breaks on a message counts as a rail that erred: neither is ever taken for a message without names.
"""

import importlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from rails import personal_data, personal_names

PERSON = frozenset(("PERSON", "PER"))
"""What spaCy's models call a person."""
Nlp = Callable[[str], Any]


class NamesModelUnfit(Exception):
    """The model of names that the operator named cannot be used. The message says what to do."""


def use(name: str) -> None:
    """Find names with this spaCy model too; with an empty name, by the rules alone.

    Raises:
        NamesModelUnfit: spaCy or the model is not installed, or the model knows no people.
    """
    personal_data.FINDERS["NAME"] = _finder(_load(name)) if name else personal_names.person_names


def _load(name: str) -> Nlp:
    try:
        spacy = importlib.import_module("spacy")
    except ImportError:
        raise NamesModelUnfit(
            f'KITH_NAMES_MODEL names "{name}", but spaCy is not installed. Install it with "pip install spacy" and '
            f'"python -m spacy download {name}", or leave the setting empty: names are then found by the rules.'
        ) from None
    try:
        nlp = spacy.load(name)
    except OSError:
        raise NamesModelUnfit(
            f'KITH_NAMES_MODEL names "{name}", and spaCy finds no such model. Install it with '
            f'"python -m spacy download {name}", or give the folder of a model.'
        ) from None
    if PERSON.isdisjoint(label for labels in nlp.pipe_labels.values() for label in labels):
        raise NamesModelUnfit(
            f'The spaCy model "{name}" in KITH_NAMES_MODEL marks no people (labels PERSON or PER). Choose a model with '
            "a recogniser of names, such as en_core_web_sm."
        )
    found: Nlp = nlp
    return found


def _finder(nlp: Nlp) -> personal_data.Finder:
    def names(text: str) -> Iterator[tuple[int, int]]:
        yield from personal_names.person_names(text)
        yield from ((one.start_char, one.end_char) for one in _people(nlp(text).ents))

    return names


def _people(entities: Iterable[Any]) -> Iterator[Any]:
    return (one for one in entities if one.label_ in PERSON)
