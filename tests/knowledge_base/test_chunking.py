"""Chunks stand alone, lose nothing and stay within what the model reads."""

from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge_base.chunking import MOST_WORDS, count_words, pieces, sections

BODY = "An opening.\n\n## First?\nOne. Two.\n\n- a bullet\n- another\n\n## Second?\nThree.\n\n## Empty?\n\n"


def test_each_section_is_a_chunk_with_its_title_and_heading() -> None:
    found = pieces("slug", "Title", BODY)

    assert [(one.id, one.heading, one.text) for one in found] == [
        ("slug#0", "", "An opening."),
        ("slug#1", "First?", "One. Two.\n\n- a bullet\n- another"),
        ("slug#2", "Second?", "Three."),
    ]
    assert found[1].whole == "Title. First?\nOne. Two.\n\n- a bullet\n- another"
    assert found[0].label == "Title"


def test_a_chunk_carries_the_askings_of_its_heading() -> None:
    found = pieces("slug", "Title", BODY, {"Second?": ("the other one",), "Gone?": ("lost",)})

    assert [one.asked for one in found] == [(), (), ("the other one",)]


def test_a_long_section_is_cut_between_paragraphs_first() -> None:
    paragraph = " ".join(["word"] * 100)

    found = pieces("slug", "Title", f"## Long?\n{paragraph}\n\n{paragraph}")

    assert [one.text for one in found] == [paragraph, paragraph]
    assert {one.heading for one in found} == {"Long?"}


def test_a_long_paragraph_is_cut_between_sentences() -> None:
    sentence = "This is a sentence of eight words now."

    found = pieces("slug", "Title", f"## Long?\n{' '.join([sentence] * 60)}")

    assert len(found) > 1
    assert all(one.text.endswith("now.") for one in found)


word = st.text(st.characters(categories=["L", "N"], include_characters="£.'-"), min_size=1, max_size=12)
lines = st.one_of(
    st.lists(word, min_size=1, max_size=400).map(" ".join),
    st.just(""),
    word.map(lambda text: f"## {text}"),
    word.map(lambda text: f"- {text}"),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(lines, max_size=12), st.lists(word, min_size=1, max_size=15))
def test_no_chunk_is_too_long_and_no_word_is_lost(body: list[str], title: list[str]) -> None:
    text = "\n".join(body)

    found = pieces("slug", " ".join(title), text)

    assert all(count_words(f"{one.title} {one.heading} {one.text}") <= MOST_WORDS for one in found)
    assert " ".join(one.text for one in found).split() == " ".join(part for _, part in sections(text)).split()
    assert len({one.id for one in found}) == len(found)
