"""Guidance files: what is checked, and how a mistake is told."""

from datetime import date
from pathlib import Path
from typing import get_args

import pytest

from knowledge_base.documents import Document, load
from knowledge_base.errors import GuidanceNotValid
from knowledge_base.front_matter import Audience, FigureRow, FrontMatter, Nation, Topic
from knowledge_base.front_words import TOLD
from knowledge_base.placeholders import values_of

from .conftest import HEAD, VALUES, WriteDocument

BODY = "An opening.\n\n## A question?\nAn answer from {carers.name}.\n"


def problem_of(folder: Path) -> str:
    with pytest.raises(GuidanceNotValid) as caught:
        load(folder, VALUES)
    return str(caught.value)


def test_a_good_document_is_read_whole(write: WriteDocument) -> None:
    path = write("a-topic", BODY, nation="wales, england")

    (document,) = load(path.parent, VALUES)

    assert document.slug == "a-topic"
    assert document.nations == ("england", "wales")
    assert document.body.endswith("An answer from Test Carers.")
    assert document.reviewed_on == date(2026, 11, 1)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        pytest.param(
            ("topic: care", "topic: cars"),
            "line 7: The topic cannot be “cars”. Choose one: money, work, care, health",
            id="unlisted topic",
        ),
        pytest.param(
            ("nation: [england]", "nation: [england, france]"),
            "line 6: The nation cannot be “france”. Choose at least one that it is right for: england, wales, scotland",
            id="nation",
        ),
        pytest.param(
            ("nation: [england]", "nation: england"),
            "line 6: The nation must be a list, and “england” is none. Choose at least one that it is right for: england, "
            "wales, scotland or northern_ireland. Put it in square brackets.",
            id="no list",
        ),
        pytest.param(
            ("audience: [adult]", "audience: [adult, child]"),
            "line 8: The audience cannot be “child”. Choose at least one kind of carers that it is for: adult, young",
            id="audience",
        ),
        pytest.param(
            ("owner: Carers service manager\n", ""),
            "line 2: The owner is missing. Add a line that begins with “owner:”. Write who keeps it right",
            id="missing owner",
        ),
        pytest.param(
            ("publisher: Example", "publisher: A: B"),
            "line 4: The facts about the document cannot be read. A colon stands inside a value. Put quotes round",
            id="a colon",
        ),
        pytest.param(
            ("publisher: Example", "publisher: 'Example"),
            "line 4: The facts about the document cannot be read. A quot",
            id="an open quotation mark",
        ),
        pytest.param(
            ("owner: Carers service manager", "owner: no"),
            "line 5: The owner cannot be “no”. Write who keeps it right, such as “Carers service manager”. Put quotes",
            id="a word that is none to YAML",
        ),
        pytest.param(
            ("2026-11-01", "2026-02-30"),
            "line 9: The day on which it was checked cannot be “2026-02-30”. Give a day of the calendar",
            id="a day that is none",
        ),
        pytest.param(
            ("figures: []", "figures: []\nlicence: " + "x" * 161),
            "line 12: The licence is too long: it has 161 characters. Use at most 160.",
            id="licence",
        ),
        pytest.param(("figures: []", "figures: [£5]"), "line 11: Figure 1 cannot be “£5”. Give its parts", id="figure"),
        pytest.param(
            ("figures: []", "figures: " + "[" * 100_000),
            "line 11: The facts about the document cannot be read. There are too many lists",
            id="lists that would end the process",
        ),
        pytest.param(
            ("figures: []", "figures: &a [*a]"),
            "line 11: The facts about the document cannot be read. A value begins with a sign",
            id="a list that stands for itself",
        ),
        pytest.param(
            ("figures: []", "figures: []\nlicense: x"),
            "“license” is not a field that Kith knows. Did you mean “licence”?",
            id="a misspelt field",
        ),
        pytest.param(
            ("source_url", "sorce_url"), "Did you mean “source_url”? If not, take it out.", id="a misspelt address"
        ),
        pytest.param(
            ("figures: []", "figures: []\nvalid: x"),
            "“valid” is not a field that Kith knows. Correct its spelling, or take it out.",
            id="a field of figures alone",
        ),
        pytest.param(
            ("review_due: 2027-11-01", "review_due: 2026-10-01"),
            "line 10: The day of the next check is not after the day on which it was checked: 2026-10-01 is not after 2026",
            id="due first",
        ),
        pytest.param(
            ("figures: []", "figures: []\ncolour: red"), "line 12: “colour” is not a field that Kith knows", id="extra"
        ),
        pytest.param(("https://www.", "www."), "Give the whole address, starting with https://", id="address"),
        pytest.param(
            ("publisher: Example", "publisher: ''"),
            "line 4: The publisher is missing. Write who says so, such as GOV.UK or the council.",
            id="empty publisher",
        ),
        pytest.param(
            ("publisher: Example", "publisher: G"), "The publisher is too short: “G”. Write who", id="one letter"
        ),
        pytest.param(("nation: [england]", "nation: []"), "The nation is missing. Choose at least one", id="no nation"),
        pytest.param(("2027-11-01", "soon"), "The day of the next check cannot be “soon”. Give a day", id="no day"),
        pytest.param(
            ("{carers.name}", "{carer.name}"), "Nothing fills {carer.name}. Did you mean {carers.name}?", id="typo"
        ),
        pytest.param(("{carers.name}", "{zzz}"), "Add zzz to the council's profile", id="unknown"),
        pytest.param(
            ("An answer", "£5 is an answer"), "line 16: £5 is not in the list of figures", id="unlisted amount"
        ),
        pytest.param(("## A question?", "A question?"), "There is no section. Add a heading", id="no section"),
        pytest.param(("---\ntitle", "title"), "does not start with front matter", id="no front matter"),
    ],
)
def test_a_mistake_is_told_with_line_and_remedy(write: WriteDocument, change: tuple[str, str], said: str) -> None:
    path = write("a-topic", BODY)
    path.write_text(path.read_text("utf-8").replace(*change, 1), "utf-8")

    assert said in problem_of(path.parent)
    assert "a-topic.md" in problem_of(path.parent)


def test_every_mistake_of_every_file_is_told_at_once(write: WriteDocument) -> None:
    write("one", BODY.replace("carers.name", "nobody.name"))
    path = write("two", "No heading. {nothing}\n")

    said = problem_of(path.parent)

    assert "3 problems" in said
    assert said.index("one.md") < said.index("two.md")


def test_a_figure_must_end_after_it_starts(write: WriteDocument) -> None:
    path = write("a-topic", BODY)
    row = (
        "figures:\n  - {value: £5, what: fee, valid_from: 2026-05-01, valid_to: 2026-04-01, "
        "source_url: https://a.example, checked_on: 2026-04-01, confidence: H}"
    )
    path.write_text(path.read_text("utf-8").replace("figures: []", row), "utf-8")

    said = "line 12: Figure 1: The last day is before the first day: 2026-04-01 is before 2026-05-01. Correct one of the two."
    assert said in problem_of(path.parent)


def test_each_part_of_a_figure_is_named_with_what_was_found_and_its_line(write: WriteDocument) -> None:
    path = write("a-topic", BODY)
    rows = """figures:
  - value: ''
    what: f
    valid_from: spring
    valid_to: 2027-02-30
    source_url: example
    checked_on: 5
    confidence: maybe"""
    path.write_text(path.read_text("utf-8").replace("figures: []", rows), "utf-8")
    said = problem_of(path.parent)
    for line in (
        "line 12: Figure 1: the amount is missing. Write it as it stands in the text, such as £86.45.",
        "line 13: Figure 1: the description is too short: “f”. Write it in a few words",
        "line 14: Figure 1: the first day cannot be “spring”. Give a day of the calendar, such as 2026-04-06.",
        "line 15: Figure 1: the last day cannot be “2027-02-30”. Give a day of the calendar, such as 2027-04-05.",
        "line 16: Figure 1: the address of the source cannot be “example”. Give the whole address, starting with https://.",
        "line 17: Figure 1: the day on which it was checked cannot be “5”. Give a day of the calendar",
        "line 18: Figure 1: the certainty cannot be “maybe”. Write H where the official page says it, else M.",
    ):
        assert line in said


def test_the_words_for_each_field_name_all_that_is_allowed() -> None:
    for field, allowed in (("nation", Nation), ("topic", Topic), ("audience", Audience)):
        assert all(value in TOLD[field][1] for value in get_args(allowed))
    assert set(TOLD) == set(FrontMatter.model_fields) | set(FigureRow.model_fields)


def test_a_mark_of_encoding_in_front_of_a_file_is_no_fault(write: WriteDocument) -> None:
    path = write("a-topic", BODY)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert load(path.parent, VALUES)[0].slug == "a-topic"


def test_an_empty_folder_is_a_mistake(tmp_path: Path) -> None:
    assert "holds no documents" in problem_of(tmp_path)


def test_a_file_name_must_be_a_slug(write: WriteDocument) -> None:
    path = write("a-topic", BODY)
    path.rename(path.with_name("A Topic.md"))

    assert "not a slug" in problem_of(path.parent)


def test_review_dates_warn_first_and_withdraw_after_thirty_days(write: WriteDocument) -> None:
    (document,) = load(write("a-topic", BODY, due="2026-12-01").parent, VALUES)

    assert [state(document, day) for day in (1, 2, 31)] == ["fresh", "overdue", "overdue"]
    assert document.is_withdrawn(date(2027, 1, 1))


def state(document: Document, day: int) -> str:
    today = date(2026, 12, day)
    return "withdrawn" if document.is_withdrawn(today) else "overdue" if document.is_overdue(today) else "fresh"


def test_the_hash_follows_what_a_carer_could_see(write: WriteDocument) -> None:
    folder = write("a-topic", BODY).parent
    before = load(folder, VALUES)[0].hash

    assert load(folder, VALUES)[0].hash == before
    assert load(folder, VALUES | {"carers.name": "Other Carers"})[0].hash != before


def test_a_profile_becomes_placeholders() -> None:
    profile = {"name": "Northmere", "checked_on": date(2026, 1, 1), "contacts": {"carers": {"phone": "01632 960101"}}}

    assert values_of(profile) == {
        "council.name": "Northmere",
        "council.checked_on": "2026-01-01",
        "carers.phone": "01632 960101",
    }


def test_other_askings_are_read_beside_the_documents(write: WriteDocument) -> None:
    path = write("a-topic", BODY)
    (path.parent / "asked").mkdir()
    (path.parent / "asked" / "a-topic.yaml").write_text('"A question?":\n  - how do i ask\n', "utf-8")

    assert load(path.parent, VALUES)[0].asked == {"A question?": ("how do i ask",)}


def test_askings_that_are_no_lists_are_a_mistake(write: WriteDocument) -> None:
    path = write("a-topic", BODY)
    (path.parent / "asked").mkdir()
    (path.parent / "asked" / "a-topic.yaml").write_text("just words", "utf-8")

    assert "a-topic.yaml, line 1: It is not headings" in problem_of(path.parent)


def test_the_example_head_is_what_the_format_asks(write: WriteDocument) -> None:
    assert load(write("a-topic", BODY).parent, VALUES)[0].title in HEAD.format(
        title="A topic", slug="", nation="", due=""
    )
