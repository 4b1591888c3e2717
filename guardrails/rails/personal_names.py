"""Names of people: by the words around them (my mum Jean, I'm Dave, thanks, Priya) and by lists of names of all communities.

A name that is no English word is taken wherever it stands; one that is also a word, a month or a place only where the words
around it say that a person is meant. A name found once is found again further on.
"""

import re
from collections.abc import Iterator, Sequence

from rails import personal_company
from rails.personal_cues import (
    ABSTRACT,
    ACTS,
    AFTER_A_RARE_NAME,
    AFTER_INTRODUCTION,
    APPOSITION,
    BEFORE_THINGS,
    BESIDE,
    CUES,
    DOES,
    HERE,
    IN_PLACES,
    INITIALS,
    IS_SPOKEN_OF,
    JOINS,
    LAST,
    LONG_NAME,
    MONTHS,
    MORE_NAMES,
    MOST_NAME_WORDS,
    MOSTLY_PLACES,
    NOT_NAMES,
    ORDERS,
    PARTICLES,
    PERSONAL,
    PLACE_ENDING,
    PLACE_NAMES,
    PLACES,
    RELATIONS,
    THING_ENDING,
    THINGS,
    TITLES,
    VERB,
    VERBS,
)
from rails.personal_kinds import (
    ENGLISH,
    EVERYDAY,
    KNOWN,
    WORDS,
    in_dictionary,
    is_given_alone,
    is_in,
    is_initial,
    is_no_word,
    is_rare,
    is_surname,
    is_town,
    is_unheard,
    listed,
    may_be_name,
)
from rails.personal_places_named import (
    after_place_word,
    follows_a_place,
    is_a_pet,
    is_an_institution,
    is_in_the_media,
    is_owned_place,
    names_a_place,
)
from rails.personal_policy import names
from rails.personal_signatures import ends_the_text, signs
from rails.personal_words import Word, in_small_letters, words_of

TELLING = ("related", "titled", "named", "called", "name_given", "cared_for", "farewell", "signed", "introduced")
KIN_NEXT = frozenset(("my", "our", "his", "her", "their", "me", "i"))
BOTH = frozenset(("will", "may", "hope", "april", "june", "august"))
"""Words that are never taken for a name but where somebody writes their own."""
FIELD = re.compile(
    r"(?:^|\n|[.;] )\W{0,3}(?:full name|name|patient|client|re|service user|carer|next of kin|on behalf of|c/o|attn|fao)\b ?(?::|-|(?<=re)|(?<=patient)|(?<=client)|(?<=of)|(?<=c/o)|(?<=attn)|(?<=fao)) *",
    re.IGNORECASE,
)
"""What stands before a name on a form or a letter."""


AFTER_ARTICLE = re.compile(
    r"(?:^|[^\w'’])(?:the|a|an|any|some|every|each|these|those|no more) (?:(?:old|auld|wee|big|little|new|bloody|whole) )?$",
    re.IGNORECASE,
)
"""What makes a thing of a name without its capital: `up the glen`, `an old collie`, `take the mickey`."""


def person_names(text: str) -> Iterator[tuple[int, int]]:
    """Where names of people stand, first and family names together, without a title."""
    words = words_of(text)
    taken = _taken(text, words)
    no_capitals = not any(word.capital for word in words)
    again = {words[at].low for at in taken if len(words[at].low) > 2}
    for at, word in enumerate(words):
        met = word.low in again and may_be_name(word)
        if met and (word.capital or word.low in names("sure") or (no_capitals and word.low not in EVERYDAY)):
            taken.add(at)
    yield from _runs(text, words, taken)


def _taken(text: str, words: Sequence[Word]) -> set[int]:
    """The numbers of the words that are part of a name."""
    small = in_small_letters(text)
    cued = {cue: _ends(pattern, small) for cue, pattern in CUES.items()} | {"initials": _ends(INITIALS, text)}
    things = [one.span() for one in THINGS.finditer(small)]
    taken: set[int] = set(_on_forms(text, words))
    for at, word in enumerate(words):
        if any(start <= word.start < end for start, end in things):
            continue
        by_cue = _by_cue(text, word, cued) or personal_company.is_person(text, words, at)
        if at in taken or not (by_cue or may_be_name(word)) or names_a_place(words, at, text):
            continue
        if by_cue or _is_name(text, words, at, cued) or _joined(text, words, at, taken):
            taken.update(_before(text, words, at), _with_family(text, words, at, word.start in cued["named"]))
    return taken


def _on_forms(text: str, words: Sequence[Word]) -> Iterator[int]:
    """`Name: gary lineham`, `Patient: Doris Appleyard`: up to four words, of which none is an English one."""
    for field in FIELD.finditer(text):
        line = text[field.end() :].split("\n")[0]
        end = field.end() + len(
            re.split(r"[,.;(\d]| (?:dob|born|aged?|and|is|who|for|about|has)\b", line, flags=re.IGNORECASE)[0]
        )
        told = [at for at, word in enumerate(words) if field.end() <= word.start < end]
        if 0 < len(told) <= 4 and all(may_be_name(words[at]) and words[at].low not in ENGLISH for at in told):
            yield from told


def _by_cue(text: str, word: Word, cued: dict[str, frozenset[int]]) -> bool:
    """Whether the words before it make a name even of a word that else is none."""
    if word.start in cued["titled"] and (is_initial(word) or is_surname(word) or is_town(word)):
        return True
    if word.start in cued["related"] and _is_month_as_name(text, word):
        return True
    if word.capital and word.low in BOTH and _is_writer(text, word, cued):
        return True
    if not word.capital or (word.low in NOT_NAMES and word.low not in VERBS):
        return False
    if not (word.low in VERBS or word.low in names("given") or word.low in names("also_words")):
        return False
    rest = text[word.end :]
    if _is_spoken_of(text, word) or (word.opens and _opens_as_person(text, word)):
        return True
    return word.start in cued["owned"] and bool(DOES.match(rest) or VERB.match(rest))


def _is_writer(text: str, word: Word, cued: dict[str, frozenset[int]]) -> bool:
    """`I'm Will, and`, `Regards, May Heath`: who writes, though the word is a verb or a month as well."""
    rest = text[word.end :]
    if word.start in cued["introduced"]:
        return bool(re.match(r",? and I\b|[.!]? *(?:$|\n)|,? (?:from|here)\b", rest))
    return word.start in cued["farewell"] and bool(LAST.match(re.sub(r"^ [A-Z][a-z'’-]+", "", rest)))


def _ends(pattern: re.Pattern[str], text: str) -> frozenset[int]:
    return frozenset(found.end() for found in pattern.finditer(text))


def _is_month_as_name(text: str, word: Word) -> bool:
    """`My nan May is 90`: after a relation and before a verb, a month is a person."""
    return word.capital and word.low in ("april", "may", "june") and bool(VERB.match(text[word.end :]))


def _is_name(text: str, words: Sequence[Word], at: int, cued: dict[str, frozenset[int]]) -> bool:
    word, sure, on_a_list = words[at], is_in("sure", words[at].low), listed(words[at].low)
    if _is_a_thing(text, words, at):
        return False
    if word.low in PLACE_NAMES and after_place_word(words, at, text):
        return False
    if word.low in MOSTLY_PLACES and not _is_told_of(word, cued) and not _has_surname(words, at):
        return word.opens and bool(PERSONAL.match(text[word.end :]))
    if sure and (word.capital or (len(word.low) > 2 and word.low not in VERBS)):
        return True
    if word.opens and word.capital and is_in("given", word.low) and _has_family(text, words, at):
        return True
    if is_in("given", word.low) and not after_place_word(words, at, text):
        if word.capital and not word.opens and not (word.low in names("family") and not is_in("sure", word.low)):
            return True
        if len(word.low) >= LONG_NAME and not (word.low in ENGLISH or word.low in VERBS or in_dictionary(word.low)):
            return True
    if word.start in cued["named"]:
        return (
            word.capital or on_a_list or (len(word.low) > 2 and word.low not in KNOWN and not in_dictionary(word.low))
        )
    if word.start in cued["called"]:
        return word.capital or (on_a_list and (word.low not in KNOWN or word.low in VERBS))
    if word.start in cued["titled"]:
        return word.capital or on_a_list or word.low in names("family")
    if word.start in cued["related"]:
        return _follows_relation(text, word)
    if word.start in cued["name_given"]:
        return sure or (word.capital and (on_a_list or (is_rare(word) and not THING_ENDING.search(word.low))))
    if word.start in cued["introduced"]:
        known = word.low in names("given") or (word.capital and (on_a_list or _has_surname(words, at)))
        met = known and AFTER_INTRODUCTION.match(text[word.end :])
        return bool(met or (is_rare(word) and AFTER_A_RARE_NAME.match(text[word.end :])))
    if word.start in cued["cared_for"]:
        return word.capital and (on_a_list or (is_rare(word) and not THING_ENDING.search(word.low)))
    if word.start in cued["initials"]:
        return word.low in names("family") or is_rare(word)
    if _acts_like_a_person(text, words, at):
        return True
    if word.start in cued["farewell"] or word.start in cued["signed"] or ends_the_text(text, words, at):
        return signs(text, words, at)
    return word.capital and (
        (word.low not in RELATIONS and (on_a_list or is_unheard(word)) and bool(APPOSITION.match(text[word.end :])))
        or (on_a_list and bool(HERE.match(text[word.end :])))
    )


def _is_told_of(word: Word, cued: dict[str, frozenset[int]]) -> bool:
    """Whether the words before say that a person comes: a name that is a town as well needs it."""
    return any(word.start in cued[cue] for cue in TELLING)


def _acts_like_a_person(text: str, words: Sequence[Word], at: int) -> bool:
    """`Selamawit cares for her mum`, `yesterday Thulani would not eat`: a word that no list knows, doing what a person does."""
    word, rest = words[at], text[words[at].end :]
    rest = rest[MORE_NAMES.match(rest).end() :] if word.opens else rest  # type: ignore[union-attr]  # it always matches
    if not is_unheard(word) or len(word.low) < 3 or word.low in RELATIONS | VERBS | WORDS:
        return False
    if THING_ENDING.search(word.low) or PLACE_ENDING.search(word.low):
        return False
    if at and (words[at - 1].low in BEFORE_THINGS or words[at - 1].low in IN_PLACES or words[at - 1].capital):
        return False
    if HERE.match(rest) or (word.opens and (BESIDE.match(rest) or APPOSITION.match(rest))):
        return True
    return bool(DOES.match(rest) or ACTS.match(rest))


def _is_spoken_of(text: str, word: Word) -> bool:
    """`What about Will, he is 15`: a name that is a word too, and then `he` or `she`."""
    return not word.opens and bool(IS_SPOKEN_OF.match(text[word.end :]))


def _follows_relation(text: str, word: Word) -> bool:
    """`my mum Jean`, `my mum Xanthippa`, `grandad alf`, but not `my mum Always` or `my nan is Jamaican`."""
    if word.capital:
        told = bool(re.search(r"\b(?:is|was|are)\s+$", text[: word.start]))
        house = re.search(r"\b(?:lads|kids|boys|girls|baby)\s+$", text[: word.start], re.IGNORECASE)
        thing = house or THING_ENDING.search(word.low)
        rare = is_unheard(word) and not word.low.endswith("an") if told else word.low not in ENGLISH and not thing
        return listed(word.low) or word.low in names("family") or rare
    return (
        word.low in names("given") or (word.low in names("sure") and word.low not in ENGLISH)
    ) and word.low not in VERBS


def _is_a_thing(text: str, words: Sequence[Word], at: int) -> bool:
    """`the Bill`, `a Rose garden`, `to be Frank`, `since 1 Jan`: names that are words, after what comes before a thing."""
    word, before = words[at], words[at - 1].low if at else ""
    if is_an_institution(text, words, at) or follows_a_place(text, words, at):
        return True
    if is_a_pet(text, word) or is_owned_place(text, words, at) or is_in_the_media(text, words, at):
        return True
    if (word.low in VERBS or word.low in ENGLISH) and re.search(r"\d\s*$", text[: word.start]):
        return True
    if word.low in MONTHS and re.search(
        r"\d\s*$|\b(?:in|since|till|until|by|of|last|next|from)\s+$", text[: word.start]
    ):
        return True
    wordly = word.low in VERBS or word.low in EVERYDAY or word.low in names("also_words")
    wordly |= before == "the" and word.low not in names("sure")
    if not word.capital and AFTER_ARTICLE.search(text[max(0, word.start - 16) : word.start]):
        return True
    return wordly and before in BEFORE_THINGS and text[words[at - 1].end : word.start].isspace()


def _opens_as_person(text: str, word: Word) -> bool:
    """`Pat needs a hoist`, `Mei my wife cannot walk`: at the start of a sentence, with what a person does or is."""
    rest = text[word.end :]
    if word.low in VERBS or (word.low in names("given") and word.low not in ENGLISH and word.low not in NOT_NAMES):
        does = word.low not in ABSTRACT and (PERSONAL if word.low in WORDS | VERBS else DOES).match(rest)
        return bool(does or APPOSITION.match(rest) or (word.low not in ORDERS and BESIDE.match(rest)))
    return False


def _has_surname(words: Sequence[Word], at: int) -> bool:
    return (
        at + 1 < len(words) and words[at + 1].capital and words[at + 1].low in names("family") and not words[at].opens
    )


def _has_family(text: str, words: Sequence[Word], at: int) -> bool:
    """`Dev Patel here`: a family name that is no English word stands right after the first word."""
    if at + 1 >= len(words) or text[words[at].end : words[at + 1].start] != " ":
        return False
    after = words[at + 1]
    return after.capital and after.low in names("family") and after.low not in ENGLISH and after.low not in PLACES


def _joined(text: str, words: Sequence[Word], at: int, taken: set[int]) -> bool:
    """`Jean and Bob`: a word with a capital beside a name."""
    word = words[at]
    after_name = at > 1 and at - 2 in taken and words[at - 1].low == "and"
    if after_name and word.capital and is_unheard(word) and len(word.low) > 2 and not word.mixed:
        return not THING_ENDING.search(word.low) and not PLACE_ENDING.search(word.low)
    if after_name and listed(word.low):
        return word.capital or not (word.low in ENGLISH or word.low in VERBS or word.low in names("also_words"))
    if not at or at - 1 not in taken or not word.capital:
        return False
    between = text[words[at - 1].end : word.start]
    if not JOINS.match(between) or not (listed(word.low) or is_unheard(word)):
        return False
    listing = at + 1 < len(words) and JOINS.match(re.sub(r"\band\b", "&", text[word.end : words[at + 1].start]) or "-")
    goes_on = (
        at + 2 < len(words) and words[at + 1].low == "and" and (words[at + 2].capital or words[at + 2].low in KIN_NEXT)
    )
    return goes_on or bool(listing) or (listed(word.low) and not between.strip().startswith(","))


def _with_family(text: str, words: Sequence[Word], at: int, named: bool) -> set[int]:
    """The word and those right after it that belong to the same name."""
    found = {at}
    for one in range(at + 1, min(at + MOST_NAME_WORDS, len(words))):
        word, between = words[one], text[words[one - 1].end : words[one].start]
        dotted = between == ". " and words[one - 1].end - words[one - 1].start == 1
        initial = is_initial(word)
        last_letter = len(word.low) == 1 and word.low not in ("x", "i", "a") and bool(LAST.match(text[word.end :]))
        adjoins = dotted or re.fullmatch(r" {1,2}|-| ?['\"‘’] ?", between)
        if between == " " and (last_letter or (word.low == "a" and text[word.end :].strip(" \nx") == ".")):
            found.add(one)
            break
        if not adjoins or not (initial or may_be_name(word) or is_surname(word) or is_town(word)):
            break
        if word.low in PARTICLES and _family_after(words, one):
            found.add(one)
            continue
        family = any(word.low in names(kind) for kind in ("family", "sure")) or is_given_alone(word)
        family |= len(word.low) > 3 and words[at].low in names("sure") and is_no_word(word.low.removesuffix("s"))
        if not (word.capital or initial or family or (named and len(word.low) > 2 and listed(word.low))):
            break
        found.add(one)
    return found


def _family_after(words: Sequence[Word], at: int) -> bool:
    """Whether a name goes on after `de`, `van der` or `bin`."""
    after = words[at + 1 : at + 3]
    return bool(after) and (
        after[0].capital
        or is_in("sure", after[0].low)
        or (after[0].low in PARTICLES and len(after) > 1 and after[1].capital)
    )


def _before(text: str, words: Sequence[Word], at: int) -> Iterator[int]:
    """Initials and rare words with a capital right before a name: `A. J. Featherstone`, `Thi Mai Pham`."""
    while at and re.fullmatch(r"\.? ", text[words[at - 1].end : words[at].start]):
        at -= 1
        word, dotted = words[at], text[words[at].end] == "."
        initial = is_initial(word) and (dotted or word.low != "a")
        long_opening = word.opens and len(word.low) > LONG_NAME
        if not initial and (
            dotted or long_opening or not is_unheard(word) or not may_be_name(word) or word.low in TITLES
        ):
            return
        yield at


def _runs(text: str, words: Sequence[Word], taken: set[int]) -> Iterator[tuple[int, int]]:
    """Neighbouring words as one place."""
    start = end = -1
    for at in sorted(taken):
        if end >= 0 and at - 1 in taken and re.fullmatch(r" {1,2}|\. |-", text[end : words[at].start]):
            end = words[at].end
            continue
        if end >= 0:
            yield start, end
        start, end = words[at].start, words[at].end
    if end >= 0:
        yield start, end
