"""The rail `other_languages`: which language a message is in, and whether it shows danger in that language.

The letters tell most languages apart. Only a message in Latin letters that holds little English is put to lingua, which is
loaded then: dialect, text-speak and short English must never be mistaken for another language.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from pydantic import Field

from rails import crisis_texts, english_words, policy, screening
from rails.crisis_texts import CrisisReply
from rails.danger_rules import Hit
from rails.screening import Screening
from rails.verdict import Result, Verdict

RAIL = "other_languages"
HINT = "language:"
"""A screening's hint that names the language whose fixed text belongs first."""
DANGERS = (
    "suicide_self_harm",
    "medical_emergency",
    "domestic_abuse",
    "abuse_of_adult",
    "child_at_risk",
    "harm_to_cared_for",
    "missing_person",
    "carer_breakdown",
)
EMERGENCIES = ("medical_emergency", "missing_person")


class Phrases(policy.Strict):
    """Phrases of danger in one language, by category."""

    name: str
    status: str = Field(pattern=r"^(awaiting native-speaker check|checked by .{3,}, \d{4}-\d{2}-\d{2})$")
    """Waiting, or who checked it and when."""
    suicide_self_harm: policy.CommaList
    medical_emergency: policy.CommaList
    domestic_abuse: policy.CommaList
    abuse_of_adult: policy.CommaList = Field(default_factory=list)
    child_at_risk: policy.CommaList = Field(default_factory=list)
    harm_to_cared_for: policy.CommaList = Field(default_factory=list)
    missing_person: policy.CommaList = Field(default_factory=list)
    carer_breakdown: policy.CommaList = Field(default_factory=list)


class Language(Phrases):
    """A language with fixed texts of its own."""

    offer: str
    crisis: str


class LanguagesPolicy(policy.RailPolicy):
    """`policy/languages.yaml`."""

    english: policy.CommaList
    shared: policy.CommaList
    languages: dict[str, Language]
    thanks: policy.CommaList = Field(default_factory=list)
    """Thanks and goodbyes in any language, which small talk answers."""
    marks: dict[str, policy.CommaList] = Field(default_factory=dict)
    """Words of those who ask for help, that tell a language in a message too short for the detector."""
    heard: dict[str, Phrases] = Field(default_factory=dict)
    """Languages in which danger is heard and that are answered in English."""


FILE = "languages.yaml"
POLICY = policy.read(FILE, LanguagesPolicy)
LEAST_ENGLISH = POLICY.thresholds["least_english_share"]
LEAST_SURE = POLICY.thresholds["least_sure"]
FEWEST_WORDS = int(POLICY.thresholds["fewest_words"])
ENGLISH = frozenset(POLICY.english) | english_words.ENGLISH
ONLY_ENGLISH = ENGLISH - frozenset(POLICY.shared)
SHORT = 9
"""Up to so many words, one word that only English has is enough."""
LONGEST_WORD = 25
WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
SCRIPTS = {
    "bn": re.compile("[\u0980-\u09ff]"),
    "pa": re.compile("[\u0a00-\u0a7f]"),
    "gu": re.compile("[\u0a80-\u0aff]"),
    "zh": re.compile("[\u3400-\u9fff]"),
    "uk": re.compile("[\u0400-\u04ff]"),
    "ar": re.compile("[\u0600-\u06ff\u0750-\u077f]"),
}
"""Letters of each script. Cyrillic is taken for Ukrainian."""
STRANGE = re.compile(
    "[\u0370-\u03ff\u0530-\u05ff\u0700-\u074f\u0780-\u1cff\u2d30-\u2d7f\u3040-\u30ff\ua000-\uabff\uac00-\ud7a3]"
)
"""Letters of scripts in which we have no words, such as those of Hindi, Tamil, Greek, Thai and Korean."""
URDU = re.compile("[\u0679\u0688\u0691\u06ba\u06be\u06c1\u06c3\u06d2]")
"""Letters that Urdu has and Arabic lacks."""
ACCENT = re.compile("[\u0300-\u036f\u064b-\u0655]")
"""Latin and Cyrillic accents, and the Arabic marks that are written or left out at will."""
MOST_LATIN = 2.5
"""All letters for each letter of the other script, at most: a few look-alike letters in English words are no other language."""
UNSPACED = (*SCRIPTS, "ur")
"""Languages whose phrases are looked for anywhere: their words carry endings, or are not parted by spaces."""
LATIN = {"POLISH": "pl", "ROMANIAN": "ro", "LITHUANIAN": "lt", "PORTUGUESE": "pt", "WELSH": "cy"}
OTHER_LATIN = (
    *(
        "ENGLISH",
        "SPANISH",
        "ITALIAN",
        "TURKISH",
        "FRENCH",
        "SOMALI",
        "GERMAN",
        "DUTCH",
        "SWEDISH",
        "CZECH",
        "HUNGARIAN",
    ),
    *("VIETNAMESE", "ALBANIAN", "SWAHILI", "YORUBA", "TAGALOG", "LATVIAN", "SHONA", "CROATIAN"),
)
"""Languages that are told apart so that none of them is taken for one of ours. Close kin, such as Slovak, would halve the sureness."""


@dataclass(frozen=True, slots=True)
class LanguageFound:
    """`code` is empty for English and where nobody can tell; `hits` are dangers found in that language."""

    code: str
    hits: tuple[Hit, ...]
    verdict: Verdict


def look(text: str) -> LanguageFound:
    """Which language `text` is in, and the danger that it shows there. A break becomes an error verdict, never a pass."""
    try:
        hits = tuple(_dangers(text))
        code = _worded_in(hits) or detect(text)
    except Exception as problem:
        return LanguageFound("", (), Verdict(RAIL, Result.ERROR, type(problem).__name__))
    if not code:
        return LanguageFound("", (), Verdict(RAIL, Result.PASS))
    known = words().languages | words().heard
    said = known[code].name if code in known else code
    reasons = [said, *dict.fromkeys(f"{hit.category} ({hit.urgency})" for hit in hits)]
    return LanguageFound(code, hits, Verdict(RAIL, Result.FAIL, "; ".join(reasons)))


def _worded_in(hits: Sequence[Hit]) -> str:
    return hits[0].hint.removeprefix(HINT) if hits else ""


def detect(text: str) -> str:
    """The language's code; "" for English, for too few words, and where the detector is not sure. "other" when none of ours."""
    for code, letters in SCRIPTS.items():
        found = len(letters.findall(text))
        if found and found >= sum(map(str.isalpha, text)) / MOST_LATIN:
            return "ur" if code == "ar" and URDU.search(text) else code
    strange = sum(map(str.isalpha, STRANGE.findall(text)))
    if strange and strange >= sum(map(str.isalpha, text)) / MOST_LATIN:
        return "other"
    if marked := _marked(text):
        return marked
    words = [word.lower().replace("’", "'") for word in WORD.findall(text)]
    if len(words) < FEWEST_WORDS or _is_english(words, _in_plain_letters(text)) or max(map(len, words)) > LONGEST_WORD:
        return ""
    best = _detector().compute_language_confidence_values(" ".join(words))[0]
    if best.language.name == "ENGLISH" or best.value < LEAST_SURE or _too_short(text, len(words)):
        return ""
    return LATIN.get(best.language.name, "other")


def may_go_on(text: str) -> bool:
    """Whether a few words may be in the language of the message before: none is English, and they are no mere thanks."""
    said = plain_words(text)
    return ONLY_ENGLISH.isdisjoint(said.split()) and said not in map(plain_words, words().thanks)


def _marked(text: str) -> str:
    """The language whose everyday words a message holds ("dw i angen help"), where nothing else in it is English; "" for none."""
    plain = f" {plain_words(text)} "
    for code, phrases in _marks():
        rest = plain
        for phrase in phrases:
            rest = rest.replace(f" {phrase} ", "  ")
        if rest != plain and ONLY_ENGLISH.isdisjoint(rest.split()):
            return code if code in words().languages else "other"
    return ""


def _is_english(words: Sequence[str], has_plain_letters: bool) -> bool:
    """Whether enough of the words are English, and one at least is nothing else; of a few in plain letters that one is enough ("canny get oot")."""
    share = sum(word in ENGLISH for word in words) / len(words)
    is_short = has_plain_letters and len(words) <= SHORT
    return not ONLY_ENGLISH.isdisjoint(words) and (share >= LEAST_ENGLISH or is_short)


def _too_short(text: str, words: int) -> bool:
    """Whether a few words without any letter that English lacks could still be odd English."""
    return words <= FEWEST_WORDS and _in_plain_letters(text)


def _in_plain_letters(text: str) -> bool:
    return all(one.isascii() for one in text if one.isalpha())


@lru_cache(maxsize=1)
def _detector() -> Any:
    """Lingua over the languages in Latin letters, with its small models: 35 MB and a quarter of a second, at first need."""
    from lingua import Language as Known
    from lingua import LanguageDetectorBuilder

    known = [getattr(Known, name) for name in (*LATIN, *OTHER_LATIN)]
    return LanguageDetectorBuilder.from_languages(*known).with_low_accuracy_mode().build()


def _dangers(text: str) -> Iterator[Hit]:
    plain = f" {plain_words(text)} "
    for code, category, phrase in _phrases():
        if (phrase if code in UNSPACED and not phrase.isascii() else f" {phrase} ") in plain:
            urgency: Literal["emergency", "urgent"] = "emergency" if category in EMERGENCIES else "urgent"
            yield Hit(category, urgency, f"{RAIL}: {code}", f"{HINT}{code}")


@policy.each(FILE)
def words() -> LanguagesPolicy:
    """The words in force: those that come with Kith, or those that the release which is answering brings along."""
    return policy.read(FILE, LanguagesPolicy)


@policy.each(FILE)
def _marks() -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple((code, tuple(map(plain_words, phrases))) for code, phrases in words().marks.items())


@policy.each(FILE)
def _phrases() -> tuple[tuple[str, str, str], ...]:
    return tuple(
        (code, category, plain_words(phrase))
        for code, language in (words().languages | words().heard).items()
        for category in DANGERS
        for phrase in getattr(language, category)
    )


def plain_words(text: str) -> str:
    """Lower-case words with single spaces. Accents on Latin letters go: many type without them."""
    parts = unicodedata.normalize("NFKD", text.lower().replace("’", "'").replace("ł", "l"))
    kept = (
        one if one == "'" or unicodedata.category(one)[0] in "LMN" else " " for one in parts if not ACCENT.match(one)
    )
    return " ".join("".join(kept).split())


def screen(text: str, vectors: Sequence[Sequence[float]] = (), earlier: Sequence[str] = ()) -> Screening:
    """`screening.screen`, with the danger found in other languages; the hint names the language to answer in.

    Whose danger it is can be read in English alone: Polish "mam" is no mother.
    """
    found = look(text)
    seen = screening.screen(text, vectors, earlier, _surer(found.code))
    verdicts = (*seen.verdicts, found.verdict)
    hints = (*(one for one in seen.hints if one != "other"), f"{HINT}{found.code}") if found.code else seen.hints
    if not found.hits:
        return Screening(seen.categories, seen.urgency, verdicts, hints)
    both = screening.combine(found.hits, ())
    worst = max(seen.urgency, both.urgency, key=screening.RANK.__getitem__)
    order = (seen.categories, both.categories) if seen.urgency == worst else (both.categories, seen.categories)
    categories = tuple(dict.fromkeys(one for part in order for one in part))[: screening.MOST_CATEGORIES]
    return Screening(categories, worst, verdicts, hints)


def _surer(code: str) -> float:
    """How much surer than of English the models must be to raise danger in a language."""
    if not code:
        return 0.0
    return screening.LEAST_FOREIGN if code in words().languages else screening.LEAST_STRANGE


def offer_for(code: str, contacts: crisis_texts.Contacts) -> str:
    """The offer of an interpreter or a person, in that language; "" when we have no words in it."""
    language = words().languages.get(code)
    return crisis_texts.fill(language.offer.splitlines(), contacts) if language else ""


def reply_for(
    categories: Sequence[str], urgency: str, contacts: crisis_texts.Contacts, hints: Sequence[str] = ()
) -> CrisisReply:
    """The fixed text for a danger: first in the carer's language, when it is one of ours, then in English."""
    english = crisis_texts.reply_for(categories, urgency, contacts, hints)
    language = words().languages.get(language_of(hints))
    if language is None:
        return english
    return CrisisReply(f"{crisis_texts.fill(language.crisis.splitlines(), contacts)}\n\n{english.text}", english.lane)


def language_of(hints: Sequence[str]) -> str:
    """The language that a screening's hints name; "" for English."""
    return next((hint.removeprefix(HINT) for hint in hints if hint.startswith(HINT)), "")
