"""The held-back safety sets keep their format, their counts and their promises."""

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from rapidfuzz import fuzz, process

FOLDER = Path(__file__).parents[2] / "evaluation" / "datasets"
CARD = (FOLDER / "SAFETY.md").read_text(encoding="utf-8")
MESSAGES = {
    "safety_danger": 400,
    "safety_safe": 400,
    "safety_dose": 120,
    "safety_verdicts": 200,
    "security_attacks": 160,
    "security_benign": 160,
    "privacy_masking": 210,
}
REPLIES = {"replies_bad": 400, "replies_good": 400}
AT_LEAST = {
    "suicide_self_harm": 90,
    "harm_to_cared_for": 40,
    "medical_emergency": 45,
    "abuse_of_adult": 35,
    "domestic_abuse": 35,
    "child_at_risk": 30,
    "carer_breakdown": 45,
    "self_neglect": 20,
    "financial_abuse": 25,
    "scam": 20,
    "missing_person": 20,
    "other_risk": 15,
}
BAD_KINDS = {
    "invented_figure",
    "wrong_figure",
    "wrong_period",
    "invented_phone",
    "invented_link",
    "wrong_date",
    "contradiction_polarity",
    "contradiction_nation",
    "unsupported_claim",
    "dosing",
    "unsafe_care",
    "harm_hate",
    "dismissal",
    "blame",
    "patronising",
    "cold",
    "false_cheer",
    "over_familiar",
    "claims_person",
    "promise_outcome",
    "legal_certainty",
    "confidentiality_promise",
    "fraud_coaching",
    "raw_markup",
    "us_terms",
    "too_hard_to_read",
    "prompt_leak",
    "other_person_data",
    "follows_injection",
    "off_question",
    "empty",
    "wrong_language",
    "swapped_figures",
    "invented_organisation",
    "judgemental",
    "harm_sexual",
    "self_harm_encouragement",
}
GOOD_KINDS = {
    "paraphrase",
    "quote",
    "short",
    "kind_opening",
    "bullets",
    "number_reworded",
    "refusal",
    "signpost",
    "partial",
    "summary",
    "merged",
    "question_back",
    "yes_no",
    "definition",
}
IN_WORDS = {"two": "2", "three": "3", "four": "4", "six": "6", "nine": "9", "day and night": "24"}
SHAPES = {
    "PHONE": r"[+\do][\d\s-]{9,}|oh seven .*",
    "EMAIL": r"\S+@\S+\.example|\w+ dot \w+ at \w+ dot example",
    "POSTCODE": r"[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}",
    "NHS_NUMBER": r"999[\d -]{7,9}",
    "NI_NUMBER": r"(?i:[A-Z]{2}[ -]?(\d\d[ -]?){3}[A-D])",
    "BANK": r"[A-Z\d]{2}[A-Z\d -]{4,27}",
    "CARD": r"\d[\d -]{13,20}",
    "DATE_OF_BIRTH": r".*(\d|forty).*",
    "ADDRESS": r".{6,}",
    "NAME": r"[^\d]{3,}",
}


def load(name: str) -> list[dict[str, Any]]:
    lines = (FOLDER / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def words_of(row: dict[str, Any]) -> str:
    """Return the message, or the reply alone with its place when it is empty: several replies share one question."""
    return str(row.get("text") or row["reply"].strip() or row["question"])


def personal_details(kind: str) -> list[str]:
    rows = load("privacy_masking")
    return [row["text"][s["start"] : s["end"]] for row in rows for s in row["spans"] if s["type"] == kind]


@pytest.mark.parametrize(("name", "least"), [*MESSAGES.items(), *REPLIES.items()])
def test_each_line_is_whole_and_held_back(name: str, least: int) -> None:
    rows = load(name)
    voices = set(re.findall(r"^\| `([a-z]+)` \|", CARD, re.MULTILINE))

    assert len(rows) >= least
    assert len({row["id"] for row in rows}) == len(rows)
    for row in rows:
        assert row["provenance"] == "written for Kith"
        assert (row["licence"], row["split"]) == ("MIT", "held_back")
        assert row["author"] in voices, row["id"]


@pytest.mark.parametrize("name", list(MESSAGES))
def test_messages_have_words(name: str) -> None:
    assert [row["id"] for row in load(name) if not row["text"].strip()] == []


@pytest.mark.parametrize("name", [*MESSAGES, *REPLIES])
def test_no_two_lines_are_nearly_the_same(name: str) -> None:
    texts = [words_of(row) for row in load(name)]
    scores = process.cdist(texts, texts, scorer=fuzz.ratio, score_cutoff=90 if name in REPLIES else 80)
    pairs = [(texts[a], texts[b]) for a, b in zip(*scores.nonzero(), strict=True) if a < b]

    assert pairs == []


@pytest.mark.parametrize(("name", "lines"), re.findall(r"^\| `([a-z_]+)\.jsonl` \| (\d+) \|", CARD, re.MULTILINE))
def test_the_card_states_the_number_of_lines(name: str, lines: str) -> None:
    assert len(load(name)) == int(lines)


def test_the_card_names_every_set() -> None:
    assert len(re.findall(r"^\| `[a-z_]+\.jsonl` \| \d+ \|", CARD, re.MULTILINE)) == len(MESSAGES) + len(REPLIES)


def test_danger_has_enough_of_each_category() -> None:
    rows = load("safety_danger")
    counts = Counter(category for row in rows for category in row["categories"])

    assert set(counts) == set(AT_LEAST)
    assert {k: v for k, v in counts.items() if v < AT_LEAST[k]} == {}
    assert {row["urgency"] for row in rows} == {"emergency", "urgent"}
    assert all(len(set(row["categories"])) == len(row["categories"]) > 0 for row in rows)


def test_the_card_states_each_category_count() -> None:
    counts = Counter(category for row in load("safety_danger") for category in row["categories"])
    stated = CARD.split("counts in both): ")[1].split("- **Hard kinds")[0]

    assert sorted(int(n) for n in re.findall(r"\d+", stated)) == sorted(counts.values())


def test_danger_holds_long_and_split_messages() -> None:
    texts = [row["text"] for row in load("safety_danger")]

    assert sum(len(text.split()) > 60 for text in texts) >= 25
    assert sum("\n" in text for text in texts) >= 10


def test_safe_lines_carry_no_danger() -> None:
    rows = load("safety_safe")

    assert all(row["categories"] == [] and row["urgency"] == "none" and row["family"] for row in rows)
    assert sum(row["family"] == "ordinary_question" for row in rows) >= 80


def test_dose_lines_are_medication_alone() -> None:
    found = Counter((row["family"], tuple(row["categories"]), row["urgency"]) for row in load("safety_dose"))

    assert set(found) == {("dose", ("medication",), "none"), ("near_miss", (), "none")}
    assert found["dose", ("medication",), "none"] >= 80
    assert found["near_miss", (), "none"] >= 40


def test_each_author_of_verdicts_asks_for_as_many_as_they_ask_about_rules() -> None:
    found = Counter((row["author"], row["family"] == "rule") for row in load("safety_verdicts"))

    assert {row["family"] for row in load("safety_verdicts")} == {"legal", "eligibility", "rule"}
    assert set(found.values()) == {10}


@pytest.mark.parametrize("name", ["security_attacks", "security_benign"])
def test_security_lines_name_their_family(name: str) -> None:
    assert len({row["family"] for row in load(name)}) >= 8


def test_spans_lie_inside_the_text_in_order_and_apart() -> None:
    for row in load("privacy_masking"):
        last = 0
        for span in row["spans"]:
            assert last <= span["start"] < span["end"] <= len(row["text"]), row["id"]
            last = span["end"]


def test_masking_has_enough_with_and_without_details() -> None:
    rows = load("privacy_masking")

    assert sum(bool(row["spans"]) for row in rows) >= 150
    assert sum(not row["spans"] for row in rows) >= 60


@pytest.mark.parametrize("kind", list(SHAPES))
def test_each_span_has_the_shape_of_its_type(kind: str) -> None:
    found = personal_details(kind)

    assert len(found) >= 15
    assert [text for text in found if not re.fullmatch(SHAPES[kind], text) or text != text.strip()] == []


def test_nhs_numbers_pass_the_check_digit() -> None:
    for text in personal_details("NHS_NUMBER"):
        digits = [int(c) for c in text if c.isdigit()]
        total = sum(digit * (10 - place) for place, digit in enumerate(digits[:9]))

        assert len(digits) == 10
        assert digits[9] == (11 - total % 11) % 11, text


def test_cards_pass_the_luhn_check() -> None:
    for text in personal_details("CARD"):
        digits = [int(c) for c in reversed(text) if c.isdigit()]
        doubled = [d if place % 2 == 0 else sum(divmod(2 * d, 10)) for place, d in enumerate(digits)]

        assert sum(doubled) % 10 == 0, text


@pytest.mark.parametrize(
    ("name", "kinds", "least"), [("replies_bad", BAD_KINDS, 7), ("replies_good", GOOD_KINDS, 10)], ids=["bad", "good"]
)
def test_replies_cover_every_kind(name: str, kinds: set[str], least: int) -> None:
    counts = Counter(row["kind"] for row in load(name))

    assert set(counts) == kinds
    assert {k: v for k, v in counts.items() if v < least} == {}


@pytest.mark.parametrize("name", list(REPLIES))
def test_replies_have_a_question_and_passages(name: str) -> None:
    for row in load(name):
        assert row["question"].strip(), row["id"]
        assert 1 <= len(row["context"]) <= 3, row["id"]
        assert all(40 <= len(passage.split()) <= 110 for passage in row["context"]), row["id"]


def test_only_markup_and_american_words_may_be_fixed() -> None:
    expected = {(row["kind"] in ("raw_markup", "us_terms"), tuple(row["expected"])) for row in load("replies_bad")}

    assert expected == {(True, ("block", "fix")), (False, ("block",))}
    assert {tuple(row["expected"]) for row in load("replies_good")} == {("allow",)}


def test_figures_quoted_in_good_replies_are_in_their_context() -> None:
    strange = []
    for row in load("replies_good"):
        known = " ".join([*row["context"], row["question"], "999 111 0800 1111"])
        known += known.replace(" ", "")  # a number may be spaced otherwise
        known += " ".join(digit for word, digit in IN_WORDS.items() if word in known.lower())
        digits = re.findall(r"\d[\d,.]*\d|\d", re.sub(r"(?m)^\d\. ", "", row["reply"]))
        strange += [(row["id"], d) for d in digits if d not in known]

    assert strange == []
