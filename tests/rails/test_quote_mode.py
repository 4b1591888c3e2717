"""Every section of the guidance, quoted as it stands, passes every rail, and reads plainly enough."""

from dataclasses import replace

import pytest

from assistant.domain.turn import Heard, Passage, Turn
from assistant.pipeline.finish import source_lines
from assistant.pipeline.quote import quote
from assistant.pipeline.wording import Wording
from assistant.settings import Settings
from knowledge_base.chunking import chunk
from knowledge_base.documents import load
from rails import doses
from rails.draft import ReplyVectors
from rails.readability import reading_age
from rails.reply_check import check

SETTINGS = Settings()
WORDING = Wording.load(SETTINGS.guidance_values)


def never(texts: object) -> list[list[float]]:
    """Stand in for the embedder: a quoted answer must not need it."""
    raise AssertionError("a quote was embedded")


@pytest.fixture(scope="module")
def quoted() -> list[tuple[str, Turn]]:
    """Each section as the answer to its own heading, with the document's other sections offered after it.

    Those that speak of a dose are left out, as `LeaveOutDoses` leaves them out: such a question is declined.
    """
    turns = []
    for document in load(SETTINGS.documents_folder, SETTINGS.guidance_values):
        of = (document.url, document.reviewed_on)
        parts = [
            Passage(document.slug, document.title, one.heading, one.text, *of, 0.5)
            for one in chunk(document)
            if not doses.kinds(one.text)
        ]
        for at, part in enumerate(parts):
            passages = (replace(part, score=0.9), *parts[:at], *parts[at + 1 :])
            asked = Turn((Heard(part.heading),), masked=part.heading, question=part.heading, passages=passages)
            turns.append((f"{document.slug}: {part.heading}", quote(asked, WORDING)))
    return turns


@pytest.mark.parametrize("name", ["plain", "hard", "again", "no_decision", "no_verdict"])
def test_no_opening_of_an_answer_is_objected_to(name: str, quoted: list[tuple[str, Turn]]) -> None:
    _, turn = quoted[0]
    passages = [f"{one.title}\n{one.heading}\n{one.text}" for one in turn.passages]
    reply = f"{WORDING.sentence(f'opening_{name}')}\n\n{turn.passages[0].text}"
    found = check(turn.question, reply, passages, [], ReplyVectors(never))

    assert found.decision == "allow", [(one.rail, one.reason) for one in found.verdicts if not one.passed]


def test_every_quoted_section_passes_without_the_embedder(quoted: list[tuple[str, Turn]]) -> None:
    blocked = {}
    for name, turn in quoted:
        text = "\n\n".join([turn.draft, *source_lines(turn, WORDING)])
        passages = [f"{one.title}\n{one.heading}\n{one.text}" for one in turn.passages]
        found = check(turn.question, text, passages, [one.url for one in turn.citations], ReplyVectors(never))
        if found.decision == "block":
            blocked[name] = [(one.rail, one.reason) for one in found.verdicts if not one.passed]
    assert len(quoted) > 300
    assert sum(WORDING.sentence("also") in turn.draft for _, turn in quoted) > 300
    assert blocked == {}


def test_most_sections_can_be_read_at_eleven(quoted: list[tuple[str, Turn]]) -> None:
    ages = [reading_age(turn.draft) for _, turn in quoted]

    assert sum(age <= 11 for age in ages) / len(ages) >= 0.6
    assert max(ages) <= 15
