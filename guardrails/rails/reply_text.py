"""Cut a draft or a passage into sentences, words and stems, so that two ways of saying a thing can be compared."""

import re
import unicodedata
from functools import lru_cache

from pydantic import Field

from rails import policy
from rails.numerals import as_figures


class ReplyWords(policy.Strict):
    """`policy/reply_words.yaml`: the words that the reply rails share."""

    owner: str
    purpose: str
    stop: str
    everyday: str
    synonyms: list[str]
    phrases: str = ""
    known_names: str
    short_names: dict[str, str] = Field(default_factory=dict)


WORDS = policy.read("reply_words.yaml", ReplyWords)
INVISIBLE = dict.fromkeys(
    [*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xAD, 0xFEFF, 0x180E]
)
PLAIN = str.maketrans(
    {"’": "'", "‘": "'", "ʼ": "'", "`": "'", "´": "'", "“": '"', "”": '"', "–": "-", "—": " - ", "‑": "-", "−": "-"}
)
WORD = re.compile(r"[a-z0-9£%][a-z0-9'£%.&]*(?:-[a-z0-9']+)*")
SENTENCE_END = re.compile(r"(?<=[.!?:;])['\")\]*_]*\s+(?=[\"'(\[*_]*[A-Z0-9£•\-–]|[^\w\s])|\s*\n+\s*")
ABBREVIATION = re.compile(
    r"\b(?:e\.g|i\.e|etc|approx|mr|mrs|ms|dr|st|vs|a\.m|p\.m)\.$|(?:^|\n)\s*\d{1,2}[.)]$", re.IGNORECASE
)
BULLET = re.compile(r"^\s*(?:[-*•·–]|\d{1,2}[.)]|[a-z][.)])\s+")
IRREGULAR = dict(
    pair.split(":")
    for pair in [
        "children:child",
        "people:person",
        "persons:person",
        "men:man",
        "women:woman",
        "wives:wife",
        "apply:apply",
        "supply:supply",
        "reply:reply",
        "replies:reply",
        "family:family",
        "families:family",
        "early:early",
        "rely:rely",
        "only:only",
        "goes:go",
        "coming:come",
        "came:come",
        "comes:come",
        "paid:pay",
        "payment:pay",
        "payments:pay",
        "paying:pay",
        "got:get",
        "getting:get",
        "went:go",
        "gone:go",
        "going:go",
        "took:take",
        "taken:take",
        "taking:take",
        "gave:give",
        "given:give",
        "made:make",
        "making:make",
        "kept:keep",
        "spent:spend",
        "lost:lose",
        "left:leave",
        "leaving:leave",
        "application:apply",
        "applications:apply",
        "applied:apply",
        "applies:apply",
        "applying:apply",
        "lives:live",
        "lived:live",
        "living:live",
        "dying:die",
        "died:die",
        "dies:die",
        "said:say",
        "says:say",
        "told:tell",
        "met:meet",
        "meeting:meet",
        "bought:buy",
        "sent:send",
        "written:write",
        "wrote:write",
        "chosen:choose",
        "chose:choose",
        "choice:choose",
        "choices:choose",
        "felt:feel",
        "heard:hear",
        "found:find",
        "thought:think",
        "better:good",
        "best:good",
        "feet:foot",
        "teeth:tooth",
        "refusal:refuse",
        "decision:decide",
        "decisions:decide",
        "entitlement:entitle",
        "eligibility:eligible",
        "worse:bad",
        "worst:bad",
        "older:old",
        "elder:old",
        "higher:high",
        "highest:high",
        "lower:low",
        "lowest:low",
        "longer:long",
        "ran:run",
        "running:run",
        "began:begin",
        "begun:begin",
        "run:run",
        "using:use",
        "used:use",
        "disabilities:disability",
        "carers:carer",
        "studying:study",
        "studies:study",
        "student:student",
        "weekly:weekly",
        "monthly:monthly",
        "yearly:yearly",
        "daily:daily",
        "during:during",
        "evening:evening",
        "nothing:nothing",
        "something:something",
        "anything:anything",
        "everything:everything",
        "morning:morning",
        "being:be",
        "bring:bring",
        "thing:thing",
        "things:thing",
        "wedding:wedding",
        "spring:spring",
        "string:string",
        "need:need",
        "needs:need",
        "news:news",
        "this:this",
        "his:his",
        "its:its",
        "is:is",
        "was:was",
        "has:has",
        "does:does",
        "gas:gas",
        "bus:bus",
        "less:less",
        "unless:unless",
        "yes:yes",
        "us:us",
        "pass:pass",
        "uk:uk",
        "always:always",
        "perhaps:perhaps",
        "sometimes:sometimes",
        "holidays:holiday",
        "day:day",
        "days:day",
        "bed:bed",
        "red:red",
        "fed:feed",
        "led:lead",
        "speed:speed",
        "agreed:agree",
        "guaranteed:guarantee",
        "reapply:apply",
        "proof:prove",
        "proven:prove",
        "evidence:evidence",
    ]
)
ENDINGS = (
    ("ment", 3), ("ingly", 3), ("edly", 3), ("ing", 3), ("ied", 3), ("ed", 3), ("ily", 3), ("ly", 3), ("ness", 3), ("ful", 3), ("ation", 4), ("ion", 5),
)  # fmt: skip
"""Endings to take off, each with the fewest letters that must stay."""
SHORTENED = re.compile(r"'(?:ll|d|ve|re|m)$")
COSTS_NOTHING = re.compile(
    r"(?:does|do|will|would)(?: not|n't) cost (?:you |them |him |her )?(?:anything|a thing|any money)|costs? (?:you |them )?nothing|"
    r"(?:is|are|comes?|has|have) (?:at )?(?:no (?:cost|charge|fee)|free of charge)|there is no (?:cost|charge|fee)"
)
PHRASES = tuple(
    (re.compile(rf"(?<![\w'])(?:{told})(?![\w'])"), instead.strip())
    for told, instead in (line.split(" => ") for line in WORDS.phrases.splitlines() if line.strip())
)
VOWEL = re.compile(r"[aeiouy]")


@lru_cache(maxsize=16384)
def plain(text: str) -> str:
    """The text with curly quotes, long dashes, odd spaces and invisible marks made ordinary. Case is kept."""
    if text.isascii():
        return text
    return unicodedata.normalize("NFKC", text.translate(INVISIBLE)).translate(PLAIN)


@lru_cache(maxsize=16384)
def sentences(text: str) -> tuple[str, ...]:
    """The sentences and list lines of `text`, in order, none empty, bullets taken off."""
    found: list[str] = []
    start = 0
    for end in SENTENCE_END.finditer(text):
        piece = text[start : end.start()]
        if "\n" not in end.group() and ABBREVIATION.search(piece):
            continue
        found.append(piece)
        start = end.end()
    found.append(text[start:])
    return tuple(one for one in (BULLET.sub("", piece).strip() for piece in found) if one)


@lru_cache(maxsize=16384)
def tokens(sentence: str) -> tuple[str, ...]:
    """The lower-case words of a sentence, in order."""
    return tuple(word.rstrip(".'") for word in WORD.findall(plain(sentence).lower()))


@lru_cache(maxsize=16384)
def stem(word: str) -> str:
    """A word without its ending: `weeks`, `week's` and `week` are one; `carer` and `care` stay two."""
    word = word.removesuffix("'s").removesuffix("s'").replace("'", "")
    if word in IRREGULAR:
        return IRREGULAR[word]
    if len(word) < 4 or not word.isalpha():
        return word
    return _without_e(_without_ending(_without_plural(word)))


def _without_plural(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def _without_ending(word: str) -> str:
    if word in IRREGULAR:
        return IRREGULAR[word]
    for ending, least in ENDINGS:
        kept = word.removesuffix(ending)
        if kept != word and len(kept) >= least and VOWEL.search(kept):
            if ending in ("ied", "ily"):
                return kept + "y"
            return kept[:-1] if kept[-1] == kept[-2] and kept[-1] not in "lszaeiou" else kept
    return word


def _without_e(word: str) -> str:
    return word[:-1] if word.endswith("e") and len(word) > 4 else word


def _stems(words: str) -> frozenset[str]:
    return frozenset(stem(word.rstrip("?.")) for word in words.split())


STOP = _stems(WORDS.stop)
EVERYDAY = _stems(WORDS.everyday)
UNITS = _stems(
    "hour day week month year minute pound pence percent cent age aged am pm half double quarter third weekday weekend"
)
NEUTRAL = EVERYDAY | UNITS | _stems(WORDS.known_names) | _stems(" ".join(WORDS.short_names))
"""Words that are checked elsewhere (names, units) or carry no claim."""
GROUP: dict[str, frozenset[str]] = {}
for _line in WORDS.synonyms:
    _group = _stems(_line)
    for _word in _group:
        GROUP[_word] = GROUP.get(_word, frozenset()) | _group


def same(word: str, others: frozenset[str]) -> bool:
    """Whether `others` holds this stem or one that means the same."""
    return word in others or not GROUP.get(word, frozenset()).isdisjoint(others)


@lru_cache(maxsize=16384)
def meanings(words: frozenset[str]) -> frozenset[str]:
    """The stems and every stem that means the same as one of them."""
    return words.union(*(GROUP[word] for word in words if word in GROUP))


def in_few_words(text: str) -> str:
    """Lower-case text with the many ways of saying `free`, `at once` and the like said in one way."""
    if "cost" in text or "charge" in text:
        text = COSTS_NOTHING.sub("is free", text)
    for pattern, instead in PHRASES:
        text = pattern.sub(instead, text)
    return text


@lru_cache(maxsize=16384)
def content(sentence: str) -> frozenset[str]:
    """The stems that carry meaning: small words are left out, everyday words are kept."""
    words = (SHORTENED.sub("", word) for word in tokens(as_figures(in_few_words(plain(sentence).lower()))))
    return frozenset(one for word in words if not word.endswith("n't") for one in _parts(word) if one not in STOP)


@lru_cache(maxsize=16384)
def salient(sentence: str) -> frozenset[str]:
    """The stems that can make a claim: neither small nor everyday words, nor numbers (facts are checked apart)."""
    return frozenset(one for one in content(sentence) if one not in NEUTRAL and not one[0].isdigit() and one[0] != "£")


def _parts(word: str) -> tuple[str, ...]:
    if "-" in word and "." not in word:
        return tuple(stem(part) for part in word.split("-") if part)
    return (stem(word),)
