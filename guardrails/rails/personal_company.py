"""Names that are everyday words too, or that no list knows, told by the company they keep: who asks, who acts, who stands beside.

`Can Hope stay`, `May next door`, `Mihir and Krupa are my cousins`, `my nan pat` in a message without capitals.
"""

import re
from collections.abc import Sequence

from rails.personal_cues import ABSTRACT, MONTHS, MOSTLY_PLACES, NOT_NAMES, PLACE_ENDING, RELATIONS, VERBS
from rails.personal_kinds import EVERYDAY, KNOWN, in_dictionary, is_in, is_no_word, is_unheard, listed
from rails.personal_words import Word

ASKED = re.compile(r"\b(?:[Cc]an|[Cc]ould|[Ss]hould|[Ww]ould|[Dd]oes|[Dd]id|[Mm]ust|[Ww]ill|[Hh]as) $")
"""What a question about a person opens with."""
DONE = re.compile(
    r" (?:have|stay|get|claim|come|go|apply|be|still|use|keep|live|need|qualify|join|see|take|eat|sleep|move|lose|count|want|been|had|got|qualify)\b(?! (?:too|so)\b)"
)
"""What a person may do, in the form that stands after `can` or `does`."""
DONE_BY_PEOPLE = re.compile(
    r" (?:stay|get|claim|come|go|qualify|join|eat|sleep|live|have (?:a|free|the|his|her|some|any))\b"
)
NEAR = re.compile(
    r" (?:next door|upstairs|downstairs|across the (?:road|street|way)|over the road|opposite|at (?:no|number) ?\d)"
)
"""Where a neighbour lives."""
OF_A_PERSON = re.compile(
    r" (?:won['’]?t|can['’]?t|cannot|does(?: not|n['’]?t)|did(?: not|n['’]?t)|refuses to|keeps(?: on)?|wants to|needs to|is|isn['’]?t|was|has|had) "
    r"(?:eat|drink|sleep|settle|wash|shower|dress|talk|speak|hear|remember|understand|walk|sit|lie|listen|swallow|take (?:her|his|any)|crying|wandering|falling|shouting|hitting|asking|forgetting|leaving|losing|sleeping|"
    r"eating|drinking|autistic|disabled|deaf|blind|poorly|tired|pregnant|retired|unwell|bedbound|housebound|diagnosed|(?:a )?stroke|dementia)\b"
)
"""What only a person does, has or is: no plant is deaf and no coin sleeps."""
IN_SMALL = re.compile(
    r"$|\s*[,.)!?\n]| (?:is|has|had|was|wont|won['’]t|cant|can['’]t|cannot|keeps|and|needs|got|fell|who|does|doesnt|in|at|on|x+)\b|['’]s\b"
)
"""What may follow a name after a relation in a message of small letters."""
BOTH = re.compile(
    r" (?:are|were|both|have|take|share|live|come|help|want|need|do|don['’]?t|can['’]?t|cannot|won['’]?t|never|stay|go|went|came|had|got|said|say|think|look|visit|moved|will)\b"
)
"""What two people do."""
KIN = re.compile(r" (?:are|were) (?:my|our|his|her|their|both my|all my) (?:\w+ )?(\w+)")
AS_TITLES = frozenset(
    [
        "sister",
        "brother",
        "nurse",
        "uncle",
        "aunt",
        "auntie",
        "aunty",
        "grandma",
        "grandad",
        "gran",
        "granny",
        "nan",
        "nana",
        "nanna",
        "grandpa",
        "cousin",
        "mama",
        "papa",
        "baba",
        "bibi",
        "khala",
        "masi",
        "chacha",
        "bua",
        "phupho",
        "tita",
        "tito",
        "tante",
        "oma",
        "opa",
    ]
)
"""Relations that stand before a name like a title."""
BEFORE_A_PERSON = frozenset(
    [
        "if",
        "when",
        "because",
        "cos",
        "since",
        "that",
        "but",
        "and",
        "says",
        "said",
        "while",
        "until",
        "so",
        "does",
        "can",
        "is",
        "where",
        "now",
    ]
)
WORKERS = frozenset(("carer", "gp", "doctor", "consultant", "our", "nurse", "manager", "advocate", "deputy", "ex"))
AFTER_KIN = re.compile(
    r"$|\s*[,.)!?\n]|['’]s\b| (?:is|has|had|was|will|wo|won['’]?t|can['’]?t|cannot|keeps|and|n|needs|got|fell|who|does|doesn['’]?t|get|have|claim|come|go|be|lives?|says?|said|wants|comes|goes|went|came|died|takes|gets|likes|hates|sits|sleeps|works|cares|helps|in|at|on|to|for|x+)\b"
)
WRITES = re.compile(r"(?:^|[.!?,\n] ?|\bhi |\bhello )(?:its|it['’]s|i['’]?m|i am|this is) $")
GREETS = re.compile(r"(?:^|[.!?,\n] ?)(?:hi|hiya|hello|hey|ey up|alright) $")
IS_MINE = re.compile(rf" (?:is|was) (?:my|our|me) (?:\w+ )?(?:{'|'.join(sorted(RELATIONS, key=len, reverse=True))})\b")
"""`shell is my missus`."""
NO_NAMES_IN_SMALL = (NOT_NAMES - {"april", "june"}) | ABSTRACT
RELATED = re.compile(r"(?:my|our|me|his|her|their|the|wor|and) (?:\w+ )?\(?$")
SYLLABLE = re.compile(
    r"(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?(?:iang|iong|uang|ang|eng|ing|ong|ian|iao|uai|uan|ai|ei|ao|ou|an|en|in|un|ia|ie|iu|ua|ui|uo|ue|er|a|e|i|o|u)"
)
"""One syllable as Chinese names are written with our letters."""
SHORTEST = frozenset(("li", "lu", "xu", "yu", "wu", "hu", "su", "bo", "qi", "zi", "ye", "ai"))


def is_person(text: str, words: Sequence[Word], at: int) -> bool:
    """Whether the company of a word makes a person of it, although the word alone does not."""
    word = words[at]
    if word.capital:
        if (
            _is_unknown(word)
            and not word.opens
            and word.low not in MOSTLY_PLACES | NOT_NAMES
            and ASKED.search(text[: word.start])
        ):
            return bool(DONE_BY_PEOPLE.match(text[word.end :])) and not PLACE_ENDING.search(word.low)
        return (
            _follows_title_of_kin(text, words, at)
            or (_may_be_both(word) and _is_met(text, word))
            or _is_one_of_two(text, words, at)
        )
    if word.low in KNOWN and word.low not in VERBS and word.low not in ("april", "june"):
        return False  # no rule below takes one of the commonest words, and most words are
    if (
        _is_unlisted_writer(text, words[at])
        or _is_unlisted_kin(text, words, at)
        or _is_spoken_of_in_small(text, words, at)
    ):
        return True
    return not any(one.capital for one in words) and _in_small_letters(text, words, at)


def _may_be_both(word: Word) -> bool:
    """A name that is another word too; months and what is hardly ever a person (`Charity`) need more."""
    both = listed(word.low) or word.low in VERBS
    return both and word.low not in MOSTLY_PLACES and (word.low not in NOT_NAMES or word.low in VERBS)


def _is_met(text: str, word: Word) -> bool:
    before, rest = text[max(0, word.start - 8) : word.start], text[word.end :]
    asked = not word.opens and word.low not in MONTHS | ABSTRACT and ASKED.search(before) and DONE.match(rest)
    return bool(asked or NEAR.match(rest) or (word.low not in ABSTRACT and OF_A_PERSON.match(rest)))


def _is_one_of_two(text: str, words: Sequence[Word], at: int) -> bool:
    """`Blessing and Favour share a room`: two with capitals, of whom a list knows one at least, and then what people do."""
    for first, second in ((at, at + 2), (at - 2, at)):
        if first < 0 or second >= len(words) or words[first + 1].low not in ("and", "n"):
            continue
        one, other = words[first], words[second]
        if first and words[first - 1].low == "the":  # an inn: `The Rose and Crown do a lunch`
            continue
        if not (one.capital and other.capital) or text[one.end : other.start].strip() not in ("and", "&", "n"):
            continue
        if any(each.low in MONTHS or each.low in NOT_NAMES for each in (one, other)):
            continue
        rest = text[other.end :]
        kin = KIN.match(rest)
        if kin and kin[1].rstrip("s") in RELATIONS | {"parent", "cousin", "neighbour"}:
            return _is_unknown(words[at]) or _is_listed_name(words[at])
        known = [_is_listed_name(each) for each in (one, other)]
        if BOTH.match(rest) and any(known) and (_is_listed_name(words[at]) or _is_unknown(words[at])):
            return True
    return False


def _follows_title_of_kin(text: str, words: Sequence[Word], at: int) -> bool:
    """`Sister Joke`, `Aunty Sky`: a relation with its capital is said like a title."""
    before = words[at - 1] if at else None
    title = before and before.capital and before.low in AS_TITLES and text[before.end : words[at].start] == " "
    return bool(title) and words[at].low not in NOT_NAMES | KNOWN and not words[at].mixed


def _is_listed_name(word: Word) -> bool:
    return listed(word.low) and len(word.low) > 2 and (word.low not in KNOWN or word.low in VERBS)


def _in_small_letters(text: str, words: Sequence[Word], at: int) -> bool:
    """Names in a message whose writer uses no capitals, so that a missing one tells nothing."""
    word, rest = words[at], text[words[at].end :]
    if len(word.low) > 2 and word.low not in KNOWN and (_has_lost_its_mark(word) or IS_MINE.match(rest)):
        return True
    if _follows_kin(text, words, at) and IN_SMALL.match(rest) and word.low not in NO_NAMES_IN_SMALL:
        if _is_a_name_in_small(word.low) or word.low in ("april", "june"):
            return True
        return _is_syllable(word.low)
    if any(_follows_kin(text, words, one) and _are_syllables(text, words[one : one + 2]) for one in (at, at - 1)):
        return True  # `my mum li hua`
    two = words[at + 1 : at + 3]
    if len(two) == 2 and two[0].low in ("and", "n") and is_in("sure", two[1].low) and _is_a_name_in_small(word.low):
        return word.low not in NO_NAMES_IN_SMALL and (at == 0 or words[at - 1].low in BEFORE_A_PERSON)
    both = word.low not in NO_NAMES_IN_SMALL and _is_a_name_in_small(word.low)
    return both and bool(OF_A_PERSON.match(rest))


def _is_unknown(word: Word) -> bool:
    return len(word.low) > 2 and is_unheard(word)


def _is_a_name_in_small(low: str) -> bool:
    return low in VERBS or (low not in KNOWN and listed(low))


def _is_unlisted_writer(text: str, word: Word) -> bool:
    """`its daniyal, i look after`, `hiya dean here`: in small letters, after what opens a message and before who writes."""
    before, rest = text[max(0, word.start - 12) : word.start].lower(), text[word.end :]
    if WRITES.search(before) and is_no_word(word.low):
        return bool(re.match(r",? (?:and )?i\b|[.,]? *(?:$|\n)| here\b", rest))
    return bool(GREETS.search(before)) and _is_a_name_in_small(word.low) and bool(re.match(r" here\b", rest))


def _is_unlisted_kin(text: str, words: Sequence[Word], at: int) -> bool:
    """`his wife dina lives upstairs`: no word that anybody wrote, after somebody close and before what a person does."""
    kin = _follows_kin(text, words, at) and words[at - 1].low not in WORKERS
    return kin and is_no_word(words[at].low) and bool(AFTER_KIN.match(text[words[at].end :]))


def _is_spoken_of_in_small(text: str, words: Sequence[Word], at: int) -> bool:
    """`does bogdan qualify`, `if yusef cannot walk`, `pearl next door is alone`."""
    low, rest = words[at].low, text[words[at].end :]
    if NEAR.match(rest) and _is_a_name_in_small(low) and low not in NO_NAMES_IN_SMALL:
        return at == 0 or words[at - 1].low in BEFORE_A_PERSON
    if not (is_no_word(low) or is_in("given", low)) or low in RELATIONS or not at:
        return False
    asked = words[at - 1].low in ("can", "does", "should", "could", "did") and DONE.match(rest)
    return bool(asked or (words[at - 1].low in BEFORE_A_PERSON and OF_A_PERSON.match(rest)))


def _has_lost_its_mark(word: Word) -> bool:
    """`stans got a bad chest`."""
    low = word.low
    no_word = low not in EVERYDAY and not in_dictionary(low) and not listed(low)
    return len(low) > 4 and low[-1] == "s" and no_word and is_in("sure", low[:-1])


def _follows_kin(text: str, words: Sequence[Word], at: int) -> bool:
    """Whether `my mum`, `our` or `(` stands right before a word."""
    if at < 1 or words[at - 1].low not in RELATIONS:
        return False
    before = words[at - 1]
    return text[before.end : words[at].start] in (" ", " (", ", ") and bool(RELATED.search(text[: before.start]))


def _is_syllable(low: str) -> bool:
    """A Chinese name's syllable that is no English word: of the shortest only those that are family or first names."""
    return low not in EVERYDAY and (len(low) > 2 or low in SHORTEST) and bool(SYLLABLE.fullmatch(low))


def _are_syllables(text: str, two: Sequence[Word]) -> bool:
    return len(two) == 2 and text[two[0].end : two[1].start] == " " and all(_is_syllable(one.low) for one in two)
