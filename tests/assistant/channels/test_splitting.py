"""Long replies are cut where it does no harm, and nothing of them is lost."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.channels.splitting import TWILIO_LIMIT, split, units

LINK = "https://www.northmere.example/carers/breaks?from=kith&part=2"
PHONES = ["01632 960101", "0800 123 4567", "+44 1632 960 101", "116 123", "999", "(01632) 960101"]
NUMBER = re.compile(r"^\((\d+)/(\d+)\) ")
WORDS = st.sampled_from(
    [
        "care",
        "you",
        "can",
        "ask.",
        "Rest!",
        "Why?",
        "“Yes.”",
        LINK,
        "carers@northmere.example",
        "é",
        "😢",
        "👩‍🦽",
        "\n",
        "\n\n",
        "e.g.",
        *PHONES,
    ]
)
TEXTS = st.lists(WORDS, max_size=400).map(" ".join) | st.text(max_size=900)


def bare(part: str) -> str:
    return NUMBER.sub("", part)


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def test_a_short_text_is_left_alone() -> None:
    assert split("You are not alone.") == ("You are not alone.",)
    assert split("  x\n") == ("x",)
    assert split(" \n ") == ()


def test_a_text_of_exactly_the_limit_is_one_part() -> None:
    assert split("x" * TWILIO_LIMIT) == ("x" * TWILIO_LIMIT,)
    assert len(split("x" * (TWILIO_LIMIT + 1))) == 2


def test_an_emoji_counts_as_two() -> None:
    assert units("a😢") == 3
    assert len(split("😢" * 800)) == 1
    assert len(split("😢" * 801)) == 2


def test_parts_are_numbered_and_end_with_a_sentence() -> None:
    parts = split("You can ask for a break. Call 01632 960101 first. " * 80)

    assert [bare(part)[-1] for part in parts] == ["."] * len(parts)
    assert [NUMBER.match(part).groups() for part in parts] == [
        (str(n), str(len(parts))) for n in range(1, len(parts) + 1)
    ]  # type: ignore[union-attr]


def test_a_paragraph_is_kept_together_when_it_fits() -> None:
    paragraph = "A break can help you. " * 40
    parts = split(f"{paragraph.strip()}\n\n{paragraph.strip()}", 1000)

    assert [bare(part) for part in parts] == [paragraph.strip()] * 2


@settings(max_examples=300, deadline=None)
@given(text=TEXTS, limit=st.integers(min_value=90, max_value=TWILIO_LIMIT))
def test_no_part_is_too_long_and_nothing_is_lost(text: str, limit: int) -> None:
    parts = split(text, limit)

    assert all(units(part) <= limit and part.strip() == part for part in parts)
    assert squeezed("".join(map(bare, parts) if len(parts) > 1 else parts)) == squeezed(text)
    assert all("".join(parts).encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass") for _ in parts[:1])


@settings(max_examples=100, deadline=None)
@given(words=st.lists(WORDS, min_size=40, max_size=400), limit=st.integers(min_value=90, max_value=400))
def test_links_and_numbers_stay_whole(words: list[str], limit: int) -> None:
    """A number that stands between two words is found whole in one part."""
    fenced = " ".join(f"so {word} then" for word in words)
    parts = "\n".join(split(fenced, limit))

    for whole in {LINK, "carers@northmere.example", *PHONES}:
        assert len(re.findall(rf"(?<!\S){re.escape(whole)}(?!\S)", parts)) == words.count(whole)


@settings(max_examples=200, deadline=None)
@given(sentences=st.lists(st.integers(min_value=1, max_value=12), min_size=1, max_size=120))
def test_sentences_that_fit_are_never_cut(sentences: list[int]) -> None:
    text = " ".join("word " * (size - 1) + "end." for size in sentences)

    assert all(part.endswith("end.") for part in split(text, 120))


def test_a_run_without_spaces_is_cut_but_never_inside_an_emoji() -> None:
    parts = split("👩‍🦽" * 300, 200)

    assert all(bare(part).count("👩") == bare(part).count("🦽") for part in parts)


def test_a_long_link_stays_whole_even_behind_a_long_word() -> None:
    link = "https://www.northmere.example/" + "a" * 100
    parts = split("x" * 150 + link + " " + "y" * 60, 160)

    assert len([part for part in parts if link in part]) == 1


@pytest.mark.parametrize("limit", [1, 5, 7])
def test_a_limit_without_room_is_an_error(limit: int) -> None:
    with pytest.raises(ValueError, match=r"room|too long"):
        split("x" * 100, limit)
