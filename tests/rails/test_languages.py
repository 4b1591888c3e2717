"""Danger is noticed in other languages, and English, however it is typed, is never taken for one of them."""

from importlib import resources
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.domain.outcome import Outcome
from assistant.domain.turn import Finding, Heard, Turn
from assistant.pipeline.language import OfferInterpreter
from assistant.pipeline.wording import Wording
from assistant.settings import Settings
from assistant.wiring import open_listener
from knowledge_base.embedding import OnnxEmbedder, ensure_model
from rails import languages, screening
from rails.exemplars import read
from rails.languages import DANGERS, POLICY, detect, language_of, look, offer_for, reply_for, screen
from rails.screening import RANK

CONTACTS = {"carers": {"name": "Northmere Carers Service", "phone": "01632 960101"}}
PHRASES = [
    pytest.param(code, category, phrase, id=f"{code} {category} {at}")
    for code, language in POLICY.languages.items()
    for category in DANGERS
    for at, phrase in enumerate(getattr(language, category))
]
ENGLISH = sorted(languages.ONLY_ENGLISH)


@pytest.fixture(scope="module")
def embedder(shared_var: Path) -> OnnxEmbedder:
    return OnnxEmbedder(ensure_model(shared_var.resolve()), listener=open_listener())


@pytest.mark.parametrize("text", ["Man reikia pagalbos su mama namuose", "Preciso de ajuda com o meu pai em casa"])
def test_the_english_models_are_heard_less_where_there_are_words_of_the_language(
    embedder: OnnxEmbedder, text: str
) -> None:
    """They cannot read it: who asks for help in the house is offered an interpreter, not sent a text about danger."""
    vectors = embedder.embed([text])
    assert screening.screen(text, vectors).danger  # what they would make of it
    assert not screen(text, vectors).danger and language_of(screen(text, vectors).hints)


def test_another_language_is_not_weighed_word_by_word_with_english_before_it(embedder: OnnxEmbedder) -> None:
    text = "obrigado pela ajuda, até amanhã"
    vectors, before = embedder.embed([text]), ["i cant see the point of being here anymore"]
    assert screening.screen(text, vectors, before).danger  # as if it were English
    assert not screen(text, vectors, before).danger


@pytest.mark.parametrize("text", ["noriu mirti, nebegaliu taip gyventi", "quero morrer, não aguento mais"])
def test_danger_words_of_the_language_raise_danger_all_the_same(embedder: OnnxEmbedder, text: str) -> None:
    assert screen(text, embedder.embed([text])).danger


@pytest.mark.parametrize(
    "text",
    [
        "Ich brauche Hilfe mit meiner Mutter",
        "Wo finde ich Hilfe?",
        "Meine Mutter hat Demenz und ich kann nicht schlafen",
        "Ik heb hulp nodig met mijn moeder",
        "Jag behöver hjälp med min mamma",
        "Potřebuji pomoc s maminkou",
        "Segítségre van szükségem az anyámmal",
        "Waxaan u baahanahay caawimaad hooyaday",
        "ንኣደይ ሓገዝ የድልየኒ",
        "Tôi cần giúp đỡ chăm sóc mẹ tôi",
        "j'ai besoin d'aide avec ma mère",
        "Kam nevojë për ndihmë me nënën time",
    ],
)
def test_a_language_without_words_of_its_own_gets_plain_english_and_no_alarm(embedder: OnnxEmbedder, text: str) -> None:
    """Its few look-alike words make it no English, and no other language's words are sent instead."""
    assert detect(text) == "other" and offer_for("other", CONTACTS) == ""
    assert not screen(text, embedder.embed([text])).danger


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Ich brauche Hilfe", "other"),
        ("dw i angen help gyda mam", "cy"),
        ("necesito ayuda", "other"),
        ("ich brauche help with my mum", ""),
    ],
)
def test_who_asks_for_help_in_few_words_is_heard_in_their_language(text: str, code: str) -> None:
    assert detect(text) == code


def test_no_word_that_tells_a_language_is_english() -> None:
    marks = [phrase for phrases in POLICY.marks.values() for phrase in phrases]
    assert not [one for one in marks if set(one.split()) <= languages.ENGLISH]


HEARD = [(code, category) for code, spoken in POLICY.heard.items() for category in DANGERS if getattr(spoken, category)]


@pytest.mark.parametrize(("code", "category"), HEARD)
def test_danger_is_heard_in_languages_that_are_answered_in_english(code: str, category: str) -> None:
    for phrase in getattr(POLICY.heard[code], category):
        seen = screen(f"... {phrase}, 123")
        assert category in seen.categories, phrase
        assert reply_for(seen.categories, seen.urgency, CONTACTS, seen.hints).text
        assert not set(phrase.split()) <= languages.ONLY_ENGLISH, "a phrase that English has too"


def test_twelve_languages_each_wait_for_a_native_speaker() -> None:
    assert set(POLICY.languages) == {"pl", "ro", "lt", "pt", "bn", "ur", "pa", "gu", "ar", "zh", "cy", "uk"}
    assert {language.status for language in POLICY.languages.values()} == {"awaiting native-speaker check"}


def test_every_phrase_of_danger_is_heard_inside_a_sentence() -> None:
    for _, category, phrase in (one.values for one in PHRASES):
        for text in (phrase, f"{phrase.upper()}!", f"... {phrase}, 123"):
            assert category in {hit.category for hit in look(text).hits}, text


@pytest.mark.parametrize("code", POLICY.languages)
def test_a_language_is_told_and_answered_in_its_own_words(code: str) -> None:
    language = POLICY.languages[code]
    seen = screen(f"{language.suicide_self_harm[0]}. {language.offer.splitlines()[0].split('{')[0]}")
    reply = reply_for(seen.categories, seen.urgency, CONTACTS, seen.hints)

    assert detect(language.crisis) == code
    assert seen.danger and "suicide_self_harm" in seen.categories and language_of(seen.hints)
    assert reply.lane == "crisis" and reply.text.index("999") < reply.text.index("You matter")
    assert "999" in offer_for(code, CONTACTS) and "01632 960101" in offer_for(code, CONTACTS)
    assert all(number in language.crisis for number in ("999", "111", "116 123"))


def test_a_word_of_another_language_is_nobodys_mother() -> None:
    seen = screen("mam dość, nie chcę już żyć")

    assert language_of(seen.hints) == "pl"
    assert "You matter" in reply_for(seen.categories, seen.urgency, CONTACTS, seen.hints).text


def test_our_english_messages_are_all_english() -> None:
    folder = Path(str(resources.files("rails") / "exemplars" / "safe"))
    taken = {one.text: found for one in read(folder) if (found := detect(one.text))}

    assert taken == {}


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(ENGLISH), min_size=1, max_size=12))
def test_words_of_english_are_english(words: list[str]) -> None:
    assert detect(" ".join(words)) == ""


@pytest.mark.parametrize(
    "text",
    ["", "hi", "ok ta", "wot can i get", "canny get oot bed hen", "Tha knows nowt", "👍", "KT1 1AA", "Doreen Kowalska"],
)
def test_short_and_odd_english_is_english(text: str) -> None:
    assert not look(text).code


@pytest.mark.parametrize(
    "text",
    [
        "मुझे मदद चाहिए",
        "எனக்கு உதவி வேண்டும்",
        "Χρειάζομαι βοήθεια",
        "ฉันต้องการความช่วยเหลือ",
        "도와주세요",
        "אני צריכה עזרה",
        "እርዳታ እፈልጋለሁ",
        "たすけて",
    ],
)
def test_letters_that_we_have_no_words_in_are_another_language_and_no_attack(text: str) -> None:
    assert detect(text) == "other"
    assert look(text).verdict.result.value == "fail"
    assert not offer_for("other", CONTACTS), "the English words then offer an interpreter"


@pytest.mark.parametrize(
    "text", ["my mum has β thalassaemia", "what is a Σ bill", "is it 5 µg", "thanks Σοφία, what is carers allowance"]
)
def test_a_few_strange_letters_in_english_are_english(text: str) -> None:
    assert detect(text) == ""


async def test_another_language_is_offered_an_interpreter_unless_danger_was_answered_before() -> None:
    wording = Wording.load(Settings().guidance_values)
    step = OfferInterpreter(detect, lambda code: offer_for(code, CONTACTS), wording)
    text = "Jak mogę dostać zasiłek dla opiekuna?"
    turn = Turn(heard=(Heard(text),))

    told = await step(turn.found(Finding("other_languages", "fail", "Polish")))

    assert told.outcome is Outcome.DECLINED_LANGUAGE and "po angielsku" in told.reply[0]
    assert (await step(turn.found(Finding("other_languages", "pass")))).outcome is None


@pytest.mark.parametrize(
    ("text", "category", "urgency"),
    [
        ("o meu pai desapareceu, tem demência", "missing_person", "emergency"),
        ("Тато зник, у нього деменція", "missing_person", "emergency"),
        ("爸爸走失了，他有痴呆症", "missing_person", "emergency"),
        ("я випила всі таблетки", "medical_emergency", "emergency"),
        ("تناولت كل الحبوب", "medical_emergency", "emergency"),
        ("mój syn się tnie", "suicide_self_harm", "urgent"),
        ("Mae fy ngŵr yn fy nharo", "domestic_abuse", "urgent"),
        ("nu mai pot avea grijă de el", "carer_breakdown", "urgent"),
        ("می‌خواهم بمیرم", "suicide_self_harm", "urgent"),
    ],
)
def test_a_person_missing_an_overdose_and_a_carer_at_the_end_are_heard(text: str, category: str, urgency: str) -> None:
    seen = screen(text)

    assert category in seen.categories and RANK[seen.urgency] >= RANK[urgency]
