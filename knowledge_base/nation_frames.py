"""What stands around a place and says whether somebody lives there: the owned list `nation_words.yaml`, compiled."""

import re
from collections.abc import Callable, Sequence
from functools import cache
from itertools import pairwise

from knowledge_base.phrases import after, anywhere, before, word_list

FILE = "nation_words.yaml"
FROM = re.compile(r"\b(?:from|fae|frae|frm) (?:the )?$", re.IGNORECASE)
TO_ELSEWHERE = re.compile(r"[\w' ]{0,20}?\sto ", re.IGNORECASE)
"""Between "from" a place and another: "from Leeds to Cardiff"."""
NOT_FIRST = re.compile(
    r"(?:^|[,.;:!?(\n-])\s*(?:(?:and|but|so|no) )?not (?:in |from |for |about |the )?$", re.IGNORECASE
)
"""What is said not to be meant: "not Scotland"."""
BUT_NOT = re.compile(r"[\s,;-]*(?:and |but )?not (?:in |from |for )?", re.IGNORECASE)
ON_TO = re.compile(r"\s*(?:->|>|→|\b(?:to|2))\s+", re.IGNORECASE)
"""What stands between two places, of which the second or the first is not meant."""
COMMA = re.compile(r",? \(?")
SENTENCE_END = re.compile(r"[.!?\n]")
ENDS = re.compile(r"\s*(?:[,.;:?!\n-]|$)")
"""What follows a place that is named by itself, or a word that ends what is said."""
STOPS = re.compile(r"(?:'s)?\s*(?:[^\w\s&'/]|$)")
NAMED_IS = re.compile(
    r"(?<![\w'])([^\W\d_]+)(?:'s| lives| stays| bides) (?:(?:up|down|over|out|back|still) )?(?:in|near) (?:the )?$"
)
"""One who is called by a name, at a place: "Jean's in", "Jean lives in"."""
SURNAME = re.compile(r"(?<!\w)[A-Z][a-z]+ $")
FEW = 1
"""Words before "from" a place at the start of a text, so that the writer is: "Geordie from Gateshead"."""
NEAR = 120
"""Letters before a place that are looked at."""
GREETING = re.compile(
    r"\W*(?:(?:hi+|hello|hey|hiya|alright|morning|evening|there|kith|please|help)\W+)*", re.IGNORECASE
)


@cache
def _before(key: str) -> re.Pattern[str]:
    return before(word_list(FILE)[key], word_list(FILE)["between"])


@cache
def _after(key: str) -> re.Pattern[str]:
    return after(word_list(FILE)[key])


@cache
def said(key: str) -> re.Pattern[str]:
    """Match any phrase of one list of the file, wherever it stands."""
    return anywhere(word_list(FILE)[key])


def without_false_friends(text: str) -> str:
    """Blank out phrases that only look like a nation, keeping every position. "In Welsh" is a language, "in Welsh law" is not."""

    def instead(match: re.Match[str]) -> str:
        is_nation = _after("of_nation_after").match(text, match.end())
        return match.group() if is_nation else " " * len(match.group())

    return said("not_a_nation").sub(instead, text)


def is_name_of_other(text: str, start: int, end: int) -> bool:
    """Whether a name is that of a street, a ward or a person."""
    return bool(_after("street").match(text, end) or _before("person").search(_head(text, start)))


def is_past(text: str, start: int, end: int, *, is_theirs: Callable[[], bool] = lambda: False) -> bool:
    """Whether a place is where somebody came from, was born, only visits, or is told of, and not where anybody lives.

    `is_theirs` says that what is asked concerns the one of whom something is told.
    """
    head, follows = _head(text, start), text[end : end + NEAR]
    if _after("body_after").match(text, end) or _before("body_before").search(head):
        return is_past_body(text, start)
    if _is_not_meant(head, follows) or (_is_told_of(head, text[end:]) and not is_theirs()):
        return True
    if _follows("care_after", follows) and not FROM.search(head):
        return False
    return _is_left(head, follows) or _is_by_birth(text, start, end)


def _is_not_meant(head: str, follows: str) -> bool:
    """Whether a place is said not to be meant, is abroad, is set against "here", or is where one who is told of acts from."""
    if NOT_FIRST.search(head) or _before("not_before").search(head) or _before("compared_before").search(head):
        return True
    if _is_contrasted(head, follows) or _follows("not_us", follows) or _follows("abroad_after", follows):
        return True
    return bool(_before("heard_before").search(head) and _follows("acts_after", follows))


def _is_left(head: str, follows: str) -> bool:
    """Whether somebody only came from a place, was there or goes there."""
    if _before("gone_before").search(head) or _follows("gone_after", follows):
        return True
    if _before("away_before").search(head) and not _is_of_writer(SENTENCE_END.split(head)[-1]):
        return True
    return bool(FROM.search(head) and (TO_ELSEWHERE.match(follows) or _follows("origin_after", follows)))


def _is_by_birth(text: str, start: int, end: int) -> bool:
    """Whether a nation is that of a person and not of a place: "my husband is Scottish"."""
    follows = text[end : end + NEAR]
    is_people = said("people").fullmatch(text, start, end) and _before("people_before").search(_head(text, start))
    return bool(is_people and (_follows("people_after", follows) or ENDS.match(follows)))


def is_past_body(text: str, start: int) -> bool:
    """Whether a body is only where somebody worked or has a pension from. Nobody comes from a benefit."""
    return bool(_before("body_gone_before").search(_head(text, start)))


def is_only_service(text: str, start: int) -> bool:
    """Whether a place is only where a hospital, a surgery or a school is."""
    return bool(_before("service_before").search(_head(text, start)))


def _is_told_of(head: str, rest: str) -> bool:
    """Whether a place is where somebody else has it better, or is too far away to help."""
    if _before("heard_before").search(head) and _follows("heard_after", rest):
        return True
    if _before("far_before").search(head) and said("far_after").search(rest):
        return True
    return bool(_before("told_before").search(head) and said("us").search(rest))


def _is_contrasted(head: str, follows: str) -> bool:
    """Whether a place is set against "here": "in England it's PIP, what is it up here?"."""
    is_told = _before("contrast_before").search(head) and _follows("contrast_after", follows)
    return bool(is_told and said("us").search(follows))


def _follows(key: str, text: str) -> bool:
    """Whether a phrase of a list comes next, after a comma perhaps."""
    return bool(_after(key).match(re.sub(r"^(?:'s)?\s*,?", " ", text)))


def is_lived_in(text: str, start: int, end: int) -> bool:
    """Whether the writer says that they live at a place, or will."""
    head = _head(text, start)
    if _is_first(text, start) and (ENDS.match(text, end) or _after("lives_after").match(text, end)):
        return True
    if _before("lives_with_me").search(head) or (_before("writer_is").search(head) and ENDS.match(text, end)):
        return True
    return bool(_before("lives").search(head)) and _is_of_writer(SENTENCE_END.split(head)[-1])


def is_cared_in(text: str, start: int, end: int) -> bool:
    """Whether somebody is cared for at a place, a carer is from there, or a body of it is meant: "Leeds council"."""
    return bool(_before("cares_before").search(_head(text, start)) or _after("cares_after").match(text, end))


def is_once(text: str, start: int, end: int) -> bool:
    """Whether a writer says only that they are from a place, work there or lived there."""
    return bool(_before("once_before").search(_head(text, start)) or _after("once_after").match(text, end))


def is_asked_about(text: str, start: int) -> bool:
    """Whether the rules of a nation are asked for, or what a move there does."""
    return bool(_before("asked_before").search(_head(text, start)))


def is_of_somebody(text: str, start: int, end: int) -> bool:
    """Whether somebody else than the writer is at a place, and not only by the way."""
    head = SENTENCE_END.split(_head(text, start))[-1]
    if _before("at_service").search(head) or is_by_the_way(text, start, end):
        return False
    return bool(_before("is_at").search(head)) and (not _is_of_writer(head) or _is_of_named(head))


def _is_of_named(head: str) -> bool:
    """Whether one who is called by a name is at the place that follows: "Jean's in"."""
    match = NAMED_IS.search(head)
    return match is not None and not any(said(key).fullmatch(match[1]) for key in ("nobody", "first_person"))


def is_by_the_way(text: str, start: int, end: int) -> bool:
    """Whether somebody is at a place only for a while, was there, or only has kin there."""
    head = SENTENCE_END.split(_head(text, start))[-1]
    return bool(_before("by_the_way").search(head) or _after("by_the_way_after").match(text, end))


def is_of_body(text: str, start: int, end: int) -> bool:
    """Whether a place is named for a body or for care there: "Fife council", "NHS Fife", "respite Fife"."""
    if _after("care_there").match(text, end) or _before("care_named").search(_head(text, start)):
        return True
    return bool(said("bodies").search(text[start:end]))


def is_surname(text: str, start: int) -> bool:
    """Whether a name follows another word in capitals at once, as a surname does: "Callum Stirling"."""
    return bool(SURNAME.search(_head(text, start))) and text[start : start + 1].isupper()


def is_acting(text: str, end: int) -> bool:
    """Whether what a place is named for does something: "Fife won't pay"."""
    return bool(_after("acts_there").match(text, end))


def is_after_from(text: str, start: int) -> bool:
    """Whether a place is told as where something or somebody is from."""
    return bool(FROM.search(_head(text, start)))


def is_writers_from(text: str, start: int) -> bool:
    """Whether the writer, or a carer, is from a place: "a question from Fife", "writing from Fife", "from Fife, …"."""
    head = _head(text, start)
    return bool(_before("writes_from").search(head)) or len(FROM.sub("", head).split()) <= FEW


def is_within(text: str, start: int) -> bool:
    """Whether something is in or near a place."""
    head = _head(text, start)
    return bool(_before("within").search(head)) and not _before("of_a_thing").search(head)


def ends(text: str, end: int) -> bool:
    """Whether a place ends what is said, or a mark stands after it."""
    return bool(STOPS.match(text, end))


def acts(text: str, start: int, end: int) -> bool:
    """Whether a body is said to be the one that acts: "it's Fife council reviewing him"."""
    return bool(_before("acts_before").search(_head(text, start)) and _follows("acting_after", text[end : end + NEAR]))


def _is_of_writer(text: str) -> bool:
    """Whether the last person named in a text is the writer, or nobody is."""
    writer = max((match.end() for match in said("first_person").finditer(text)), default=0)
    other = max((match.end() for match in said("somebody_else").finditer(text)), default=0)
    return writer >= other


def is_national_insurance(text: str, start: int, end: int) -> bool:
    """Whether "NI" at a place means that."""
    return bool(_after("insurance_after").match(text, end) or _before("insurance_before").search(_head(text, start)))


def is_after_where(text: str, start: int) -> bool:
    """Whether a word stands where a nation does, so that "ni" in small letters is one."""
    return _is_first(text, start) or bool(_before("ni_after").search(_head(text, start)))


def _head(text: str, start: int) -> str:
    """Return what stands before a place."""
    return text[max(0, start - NEAR) : start]


def _is_first(text: str, start: int) -> bool:
    """Whether nothing but a greeting stands before a place."""
    return start <= NEAR and bool(GREETING.fullmatch(text[:start]))


def is_wide(name: str) -> bool:
    """Whether a place is a county or an island, in which others lie."""
    return name.casefold().endswith("shire") or bool(said("counties").fullmatch(name))


def is_within_other(text: str, end: int, start: int, *, is_wide: bool) -> bool:
    """Whether one place is told to be in the next, which is a nation or another that is wide: "Bangor in Northern Ireland"."""
    between = text[end:start]
    return between == " in " or (is_wide and bool(COMMA.fullmatch(between)))


def left_out(text: str, places: Sequence[tuple[int, int]]) -> set[int]:
    """Return which places, in order, are only told apart from the one beside them: "England not Wales", "Leeds to Cardiff"."""
    out = set()
    for at, ((_, end), (start, _)) in enumerate(pairwise(places)):
        if BUT_NOT.fullmatch(text, end, start):
            out.add(at + 1)
        elif ON_TO.fullmatch(text, end, start):
            out.add(at)
    return out
