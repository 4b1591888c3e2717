"""An operator's own model of names adds to the rules, and never fails in silence."""

import sys
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from rails import personal_model
from rails.personal_data import find, mask

TEXT = "my mum Jean likes Qwertzu best"


class Pipeline:
    """Stands for a spaCy pipeline, which is not installed here: it marks one word as a person and one as a place."""

    def __init__(self, label: str = "PERSON") -> None:
        self.pipe_labels = {"ner": [label]}

    def __call__(self, text: str) -> Any:
        if "broken" in text:
            raise RuntimeError("no words of the message in here")
        at = text.find("Qwertzu")
        marks = [("PERSON", at, at + 7), ("GPE", 0, 2)] if at >= 0 else []
        return SimpleNamespace(ents=[SimpleNamespace(label_=k, start_char=s, end_char=e) for k, s, e in marks])


@pytest.fixture
def spacy(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Pipeline]]:
    models: dict[str, Pipeline] = {"en_test": Pipeline(), "parser_only": Pipeline("NOUN")}

    def load(name: str) -> Pipeline:
        if name not in models:
            raise OSError(name)
        return models[name]

    monkeypatch.setitem(sys.modules, "spacy", SimpleNamespace(load=load))  # type: ignore[arg-type]
    yield models
    personal_model.use("")


@pytest.mark.usefixtures("spacy")
def test_what_the_model_finds_is_masked_beside_what_the_rules_find() -> None:
    personal_model.use("en_test")

    assert mask(TEXT, find(TEXT)) == "my mum [NAME] likes [NAME] best"


@pytest.mark.usefixtures("spacy")
def test_a_model_that_breaks_is_never_a_message_without_names() -> None:
    personal_model.use("en_test")

    with pytest.raises(RuntimeError):
        find("my mum Jean is broken")


@pytest.mark.usefixtures("spacy")
def test_without_a_name_the_rules_decide_alone() -> None:
    personal_model.use("en_test")
    personal_model.use("")

    assert mask(TEXT, find(TEXT)) == "my mum [NAME] likes Qwertzu best"


@pytest.mark.usefixtures("spacy")
@pytest.mark.parametrize(
    ("name", "says"), [("en_missing", "spacy download en_missing"), ("parser_only", "marks no people")]
)
def test_a_model_that_cannot_be_used_says_what_to_do(name: str, says: str) -> None:
    with pytest.raises(personal_model.NamesModelUnfit, match=says):
        personal_model.use(name)


def test_without_spacy_the_setting_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "spacy", None)

    with pytest.raises(personal_model.NamesModelUnfit, match="spaCy is not installed"):
        personal_model.use("en_core_web_sm")
