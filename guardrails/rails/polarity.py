"""Cut a sentence into clauses and mark each word as said, denied, allowed, forbidden, required or not required."""

import re
from dataclasses import dataclass
from functools import lru_cache

from rails.numerals import as_figures
from rails.reply_text import STOP, in_few_words, meanings, plain, stem

SAID, DENIED, ALLOWED, FORBIDDEN, REQUIRED, FREE = "S", "D", "A", "X", "R", "F"
"""A word is said, denied, allowed, forbidden, required or freed (`you do not have to`)."""
NONE = "N"
"""`no earnings limit`: the last noun of the run is denied, and is the head."""
OPPOSED = frozenset(
    frozenset(pair)
    for pair in (
        (REQUIRED, FREE),
        (ALLOWED, FORBIDDEN),
        (REQUIRED, FORBIDDEN),
        (SAID, DENIED),
        (ALLOWED, DENIED),
        (SAID, FORBIDDEN),
        (REQUIRED, DENIED),
    )
)
MARKS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (mark, re.compile(pattern))
    for mark, pattern in (
        (
            "",
            r"(?:(?:\bnot|n't) (?:only|just|alone|sure|always|least|necessarily)|no matter|whether or not|if not|why not|no wonder|or not(?=[,.;]|$| to\b)|"
            r"no (?:longer|more|later|fewer|less) than|not (?:more|less) than|no one else)\b",
        ),
        (
            "get",
            r"(?:(?<=can |may |not |you |and )|(?<=can't ))have(?= (?:an?|the|one|it|your|this|more|some|their)\b)",
        ),
        (
            FREE,
            r"\b(?:do|does|did)(?:n't| not) (?:need|have)(?: to)?\b|\bneed(?:n't| not)\b|\bno (?:need|requirement)(?: to| for)?\b|"
            r"\b(?:is|are)(?:n't| not) (?:required|obliged|needed)(?: to)?\b|\bwithout (?:having|needing) to\b|\bdoes(?:n't| not) matter\b",
        ),
        (
            FORBIDDEN,
            r"\b(?:can|must|may|could|should)(?:'t|n't| not|not)\b|\b(?:is|are)(?:n't| not) (?:able|allowed)(?: to)?\b|\bunable to\b",
        ),
        (
            DENIED,
            r"\b(?:do|does|did|is|are|was|were|will|would|has|have|had|wo)(?:n't| not)\b|\bnot\b|\bno\b(?=,|$)|\bnever\b|\bnobody\b|\bnone\b|"
            r"\bneither\b|\bnor\b|\bwithout\b|\bnothing\b|\brather than\b|\binstead of\b",
        ),
        (NONE, r"\bno\b|\black of\b"),
        (
            REQUIRED,
            r"\b(?:must|have to|has to|need to|needs to|required to|should|ought to|(?<=you )need|(?<=they )need|(?<=you'll )need|(?<=will )need|(?<=person )needs|(?<=he )needs|(?<=she )needs|always (?=get|ask|tell|check|keep|call))\b(?! not)",
        ),
        (ALLOWED, r"\b(?:can|may|might|could|able to|allowed to|entitled to|free to|right to)\b"),
    )
)
UN = re.compile(r"\b(?:un(paid|limited|taxed)|in(eligible)|non-?(taxable|means))\b")
TOKEN = re.compile(r"<[A-Z]>|~?[a-z0-9£%][a-z0-9'£%.]*|[,;:()]")
BREAKS = frozenset(
    [
        "but",
        "so",
        "because",
        "although",
        "though",
        "however",
        "which",
        "who",
        "that",
        "how",
        "what",
        "whether",
        "where",
        "why",
    ]
)
CONDITIONS = frozenset(["if", "when", "unless", "provided", "once"])
TIMES = frozenset("before until till after while during".split())  # noqa: SIM905
SUBJECTS = frozenset(["you", "they", "it", "he", "she", "we", "i", "this", "that", "there"])
OWNERS = frozenset(["your", "the", "their", "a", "an"])
LIGHT = frozenset(
    stem(word)
    for word in [
        "get",
        "claim",
        "receive",
        "use",
        "give",
        "take",
        "make",
        "have",
        "ask",
        "count",
        "apply",
        "need",
        "pay",
        "be",
        "want",
        "go",
        "still",
        "able",
    ]
)

DETERMINERS = frozenset("a an the your his her their any some other".split())  # noqa: SIM905
ALONE_TOO_LIGHT = frozenset("get take make give go have want be use keep".split())  # noqa: SIM905
"""Verbs that two clauses may share without speaking of the same thing."""
VAGUE = frozenset("person people one two thing way bit lot try carer".split())  # noqa: SIM905
"""Words that fit any clause, so that a turn on them says nothing."""


@dataclass(frozen=True, slots=True)
class Clause:
    """The stems of one clause, each with its mark. `heads` are the words that a marking word acts on first."""

    marks: dict[str, str]
    heads: frozenset[str]
    condition: bool = False
    known: frozenset[str] = frozenset()
    """The stems and all stems that mean the same."""
    lead: frozenset[str] = frozenset()
    """The first head of each marking word."""

    def is_about(self, word: str) -> bool:
        """Whether a word leads the clause, follows a light verb such as `get`, or stands in a clause that nothing leads."""
        return not self.lead or word in self.lead or (word in self.heads and LIGHT.issuperset(self.lead))


@lru_cache(maxsize=16384)
def clauses(sentence: str) -> tuple[Clause, ...]:
    """The clauses of one sentence that hold any word of content."""
    reader = _Reader()
    words = TOKEN.findall(_marked(as_figures(in_few_words(plain(sentence).lower()))))
    for at, word in enumerate(words):
        after = [one for one in words[at + 1 : at + 5] if one not in DETERMINERS]
        ends = word == "," and after[1:2] not in ([","], ["or"], ["and"])
        reader.take(";" if ends else word)  # a comma that does not part the members of a list ends a clause
    return reader.done()


LOOK_AFTER = re.compile(r"\b(?:look|looks|looking|looked) after\b")
CARED_FOR = re.compile(
    r"\b(?:person|someone|somebody|people|one|adult|relative|mum|dad) (?:that |who |whom )?(?:you|they|she|he|i|we)(?:'re| are| is)? "
    r"(?:cares?|caring|looks?|looking) (?:for|after)\b"
)
PURPOSE = re.compile(
    r"(?<=\w\w )(?<!able )(?<!allowed )(?<!entitled )(?<!need )(?<!needs )(?<!have )(?<!has )(?<!want )(?<!wants )(?<!right )(?<!how )"
    r"(?<!like )(?<!try )(?<!free )(?<!way )(?<!time )(?<!asked )(?<!ask )(?<!going )(?<!used )(?<!required )(?<!ought )(?<!due )"
    r"(?:in order )?to (?=(?:get|claim|qualify|receive|have|be paid|be able|go on|join|be on|become|apply for)\b)"
)


NO_MORE = re.compile(r"\b(?:do|does|did|must|is|are)(?:n't| not) (\w+ )?(?=more than|less than)")
NOT_AT_ONCE = re.compile(
    r"\b(?:do|does|did|will)(?:n't| not) (?=\w+ (?:right away|straight away|at once|immediately|automatically|overnight))"
)
NOT_DOING = re.compile(r"^\W*not (?=\w+ing\b)")
"""`Not sleeping is a good reason`: only the first word is denied."""
ANSWER = re.compile(r"^\W*(?:yes|no)[,.]\s*")
OF_ITSELF = re.compile(r"\bi(?:'m| am| can(?:not|'t)?| do(?:n't)?| will| won't|'ll)\b[^,.;]*?(?=,|;| but\b|$)")
"""What the assistant says of itself is no rule for carers."""
AS_LONG_AS = re.compile(r"\b(?:as|so) long as\b|\bprovided(?: that)?\b|\bonly if\b|\beven if\b")


def _marked(text: str) -> str:
    text = AS_LONG_AS.sub(
        "if", NO_MORE.sub(r"\1", NOT_AT_ONCE.sub("", OF_ITSELF.sub("", ANSWER.sub("", NOT_DOING.sub("~", text)))))
    )
    text = LOOK_AFTER.sub("care for", text)
    text = PURPOSE.sub("; ", CARED_FOR.sub("person", text))
    text = UN.sub(lambda found: f"~{next(filter(None, found.groups()))}", text)
    for mark, pattern in MARKS:
        text = pattern.sub(f" <{mark}> " if mark in OTHERS else f" {mark} ", text)
    return text


OTHERS = frozenset((SAID, DENIED, ALLOWED, FORBIDDEN, REQUIRED, FREE, NONE))


class _Reader:
    """Walks over the words of a sentence and keeps the mark that holds for the next ones."""

    def __init__(self) -> None:
        self.found: list[Clause] = []
        self.marks: dict[str, str] = {}
        self.heads: set[str] = set()
        self.lead: set[str] = set()
        self.after_light = False
        self.joined: list[str] = []
        """The words since the last `and`, `or` or comma: they start a new clause when a marking word follows."""
        self.mark, self.wants_head, self.condition, self.listing = SAID, False, False, ""
        self.noun = ""
        """The last word of a run after `no`, until the run ends."""

    def take(self, word: str) -> None:
        if word[0] == "<":
            self._mark(word[1])
        elif word in (",", "and", "or"):
            self._list(word)
        elif word in ";:()":
            self._close()
        elif word in BREAKS:
            self._close(
                mark=self.mark if self.mark in (FREE, DENIED) and self.wants_head else SAID
            )  # `does not matter how many hours`
        elif word in CONDITIONS:
            self._close(condition=True, mark=DENIED if word == "unless" else SAID)
        elif word in TIMES:
            self._close(mark="")
        else:
            self._word(word)

    def _list(self, word: str) -> None:
        if (self.listing == "," and word == "and") or self.wants_head:
            self._close()
        self._end_noun()
        self.listing, self.joined = word, []

    def _mark(self, mark: str) -> None:
        if self.listing:
            self._close()
        elif self.heads and self.joined and self.heads.isdisjoint(self.joined):
            self._close_before(self.joined)
        self.noun = "?" if mark == NONE else ""
        self.mark, self.wants_head = self._joined(DENIED if mark == NONE else mark), mark != NONE
        self.after_light = False

    def _joined(self, mark: str) -> str:
        """`not <allowed>` is forbidden, `not <required>` is free; a second mark otherwise replaces the first."""
        if self.wants_head and self.mark == DENIED:
            return {ALLOWED: FORBIDDEN, REQUIRED: FREE, DENIED: SAID}.get(mark, mark)
        if self.wants_head and mark == DENIED:
            return {ALLOWED: FORBIDDEN, REQUIRED: FORBIDDEN, SAID: DENIED}.get(self.mark, mark)
        if self.wants_head and self.mark == ALLOWED and mark == REQUIRED:
            return ALLOWED  # `may have to`
        if self.wants_head and self.mark in (FORBIDDEN, FREE) and mark in (ALLOWED, REQUIRED):
            return self.mark
        return mark

    def _word(self, word: str) -> None:
        opens = word in OWNERS and self.listing != "or" and self.mark not in (DENIED, FORBIDDEN, FREE)
        if self.listing and (word in SUBJECTS or opens):
            self._close()
        self.listing = ""
        for part in map(stem, word.strip("~.'").split("-")):
            if not part or part in STOP:
                self._end_noun()
            elif word[0] == "~":
                self.marks.setdefault(part, DENIED)
                self.heads.add(part)
                self.lead.add(part)
            else:
                self._content(part)

    def _close_before(self, words: list[str]) -> None:
        """Cut the clause so that the last few words open the next one."""
        kept = {word: self.marks.pop(word) for word in words if word in self.marks}
        self._close()
        self.marks = dict.fromkeys(kept, SAID)

    def _content(self, word: str) -> None:
        if self.heads:
            self.joined.append(word)
        self.marks.setdefault(word, SAID if self.noun else self.mark)
        if self.noun:
            self.noun = word
        if self.wants_head:
            self._head(word)

    def _head(self, word: str) -> None:
        if word in VAGUE:
            return
        self.heads.add(word)
        if not self.after_light:
            self.lead.add(word)
        self.wants_head = self.after_light = word in LIGHT

    def _end_noun(self) -> None:
        if self.noun and self.noun != "?":
            self.marks[self.noun] = DENIED
            if self.noun not in VAGUE:
                self.heads.add(self.noun)
                self.lead.add(self.noun)
            self.noun, self.mark = "", SAID

    def _close(self, condition: bool = False, mark: str = SAID) -> None:
        self._end_noun()
        if self.marks:
            known = meanings(frozenset(self.marks))
            self.found.append(Clause(self.marks, frozenset(self.heads), self.condition, known, frozenset(self.lead)))
        self.marks, self.heads, self.lead, self.joined = {}, set(), set(), []
        self.noun, self.listing, self.after_light, self.wants_head = "", "", False, False
        self.mark, self.condition = mark, condition

    def done(self) -> tuple[Clause, ...]:
        self._close()
        return tuple(self.found)
