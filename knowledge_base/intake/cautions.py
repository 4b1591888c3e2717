"""Warnings about a text before it is sent for review. A warning stops nothing by itself: a person decides."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from importlib import resources

import yaml

from knowledge_base.chunking import count_words, sections
from knowledge_base.curation.reading import body_of, front_of
from knowledge_base.documents import MARK, MONEY, Document
from knowledge_base.figures import Figure
from knowledge_base.intake.addresses import accounts_in, unknown_sites
from knowledge_base.intake.contradictions import GAP, contradicted
from knowledge_base.intake.hidden import hidden_in
from knowledge_base.nation import NATIONS, detect
from knowledge_base.yaml_text import read_yaml

MOST_WORDS = 1500
"""A longer document is hard to keep right."""
LONGEST_SECTION = 180
"""Words of a section that still fit into one answer."""
OLDEST_READER = 11
"""Reading age, in years, that guidance aims at."""
PHONE = re.compile(
    r"(?<![\d£.])(?:\+44\s?\(?0?\)?|0)(?:[\d]{2,4})[\s\-]?(?:\d[\s\-]?){5,8}(?!\d)|(?<![\d£.,/-])(?:999|111|112|101|105|116\s?\d{3})(?![\d,.]\d|%)"
)
NOT_CODE = re.compile(r"\{[a-z_]+(?:\.[a-z_]+)?\}|\[[^\]]*\]\([^)]*\)|^[-*] \[[ xX]\]|https?://\S+")
"""What guidance may hold: placeholders, links, boxes to tick."""
CODE = re.compile(
    r"</?[a-z!?][^>]*>|[{}]|```|%%|<<|>>|=>|\\n|&[a-z]+;|^\s*[\w.$@#-]+\s*=\s*\S|\b\w+\([^)]*=[^)]*\)|\w\(.*\);?$|;\s*$"
    r"|^(?:def|return|export|insert into|select .* from)\b",
    re.IGNORECASE,
)
EDITORS = re.compile(
    r"^(?:\[.*\]|\(.*\)|//.*|\*\*.*\*\*|(?:TODO|FIXME|Ed\.|Editor|Sub-editor|Proof note)\b.*)\W*$", re.IGNORECASE
)
TABLE_ROW = re.compile(r"^\s*\|.*\|\s*$", re.MULTILINE)
FOR_CARERS = ("a request for money or secrets", "unsafe advice, or a number that may be a trap")
"""What `hidden.yaml` finds that is aimed at the reader, not at the assistant."""
ALIKE = 0.75
"""Share of words that two figures' descriptions have in common to be the same figure."""


GRADES = {
    "strange": "This line is unlike guidance: it could be an order, a trap for carers or unsafe advice.",
    "doubtful": "By its words alone this line could be sound or unsafe. Most are sound.",
}
"""What is said of each grade of strange line."""
ONCE = "Read it once as a carer would, and check it against the source."
RED = frozenset(
    ("hidden", "strange", "language", "markup", "note", "phone", "link", "account", "conflict", "changed", "private")
)
"""Kinds of warning that may hide harm."""


@dataclass(frozen=True, slots=True)
class Caution:
    """One warning: what kind, where, in words, and what to do."""

    kind: str
    where: str
    what: str
    remedy: str

    @property
    def is_red(self) -> bool:
        """Whether it may hide harm, so that the line needs a close look."""
        return self.kind in RED

    @property
    def is_doubtful(self) -> bool:
        """Whether it is no warning but a line to read once."""
        return self.kind == "doubtful"


@dataclass(frozen=True, slots=True)
class Standards:
    """What a text is held against. The functions come from the checks."""

    approved: Sequence[str] = ()
    """Approved contacts as texts with their numbers."""
    others: Sequence[Document] = ()
    reading_age: Callable[[str], float] = field(default=lambda _: 0.0)
    is_order: Callable[[str], bool] = field(default=lambda _: False)
    grade: Callable[[str], str] = field(default=lambda _: "")
    """What a trained model makes of a line: `strange` for an order, a trap or unsafe advice, `doubtful` where it cannot tell."""
    language: Callable[[str], str] = field(default=lambda _: "")
    """The code of the language that a line is in, other than English."""
    private: Callable[[str], Sequence[str]] = field(default=lambda _: ())
    """The kinds of private detail that a line holds, such as a name."""


def cautions_of(slug: str, text: str, standards: Standards, tables: int = 0, hidden: int = 0) -> list[Caution]:
    """Return every warning about a source text.

    Args:
        slug: Its name; it is not compared with its own live version.
        text: The whole source.
        standards: What it is held against.
        tables: How many tables the original file had.
        hidden: How many hidden passages the original file had.
    """
    body = body_of(text)
    found = [
        *_hidden(text, standards, hidden),
        *_unread(body, standards),
        *_length(body),
        *_reading(body, standards),
        *_tables(body, tables),
        *_figures(text, body),
        *_phones(body, standards),
        *_elsewhere(text, body, standards),
        *_names(body),
        *conflicts_of(slug, text, standards),
        *_against(slug, body, standards, is_own=True),
    ]
    return list(dict.fromkeys(found))


def conflicts_of(slug: str, text: str, standards: Standards) -> list[Caution]:
    """Return where a source text and another document state the same thing otherwise."""
    return [*_conflicts(slug, text, standards), *_against(slug, body_of(text), standards, is_own=False)]


def _hidden(text: str, standards: Standards, hidden: int) -> Iterator[Caution]:
    remedy = "Take it out, unless you know why it is there. Carers never see it, but the assistant would."
    closely = "Read it closely. Leave it only if it is right and safe."
    for one in hidden_in(text.removeprefix(MARK)):
        if one.what in FOR_CARERS:
            yield Caution("strange", one.shown, f"This may be {one.what}.", closely)
        else:
            yield Caution("hidden", one.shown, f"Something may be hidden in this text: {one.what}.", remedy)
    for line in body_of(text).split("\n"):
        if not line.strip() or hidden_in(line):
            continue  # told above
        if standards.is_order(line):
            yield Caution("hidden", line.strip()[:160], "This line speaks to the assistant, not to carers.", remedy)
        elif (kind := standards.grade(line)) and not _is_published(line, standards.others):
            yield Caution(kind, line.strip()[:160], GRADES[kind], closely if kind == "strange" else ONCE)
    if hidden:
        where = f"{hidden} place{'s' if hidden > 1 else ''} in the file"
        yield Caution("hidden", where, "The file holds text that its readers cannot see.", remedy)


def _is_published(line: str, others: Sequence[Document]) -> bool:
    """Whether published guidance holds a line word for word, so that two people have read it already."""
    parts = GAP.split(line.strip())
    wanted = re.compile(rf"^\s*{'.+?'.join(map(re.escape, parts))}\s*$", re.MULTILINE)
    longest = max(parts, key=len)
    return any(longest in one.body and wanted.search(one.body) for one in others)


def _unread(body: str, standards: Standards) -> Iterator[Caution]:
    """Name lines that the checks above cannot read, or that are not meant for carers at all."""
    for line in filter(None, map(str.strip, body.split("\n"))):
        bare = NOT_CODE.sub("", line)
        if standards.language(line):
            what = "This line is not in English, so the checks for hidden orders and unsafe advice cannot read it."
            yield Caution("language", line[:160], what, "Have two people who read the language check it word for word.")
        elif CODE.search(bare):
            what = "This line looks like code or markup: carers cannot read it, and a program might obey it."
            yield Caution("markup", line[:160], what, "Write it as a sentence, or take it out.")
        elif EDITORS.search(bare):
            what = "This line reads like a note between editors, and carers would be told it."
            yield Caution("note", line[:160], what, "Take it out.")


def _length(body: str) -> Iterator[Caution]:
    if (words := count_words(body)) > MOST_WORDS:
        what = f"The document has {words} words; more than {MOST_WORDS} is hard to keep right."
        yield Caution("length", "the whole text", what, "Split it by subject.")
    for heading, part in sections(body):
        if (words := count_words(part)) > LONGEST_SECTION:
            what = f"This section has {words} words and will be cut to fit an answer."
            yield Caution("length", heading or "the opening", what, f"Keep sections under {LONGEST_SECTION} words.")


def _reading(body: str, standards: Standards) -> Iterator[Caution]:
    for heading, part in sections(body):
        age = standards.reading_age(part)
        if round(age) > OLDEST_READER and count_words(part) > 20:
            what = f"This section needs a reading age of {age:.0f}."
            yield Caution("reading", heading or "the opening", what, "Use shorter sentences and everyday words.")


def _tables(body: str, tables: int) -> Iterator[Caution]:
    rows = TABLE_ROW.findall(body)
    if rows:
        what = "A table does not show in WhatsApp."
        yield Caution("table", rows[0].strip()[:80], what, "Write each row as a sentence or a bullet.")
    elif tables:
        what = f"The file had {tables} table{'s' if tables > 1 else ''} that did not come through."
        yield Caution("table", "the whole text", what, "Compare with the original and write what is missing.")


def _figures(text: str, body: str) -> Iterator[Caution]:
    listed = {str(row.get("value")) for row in figure_rows(text)}
    for amount in dict.fromkeys(one.rstrip(",") for one in MONEY.findall(body)):
        if amount not in listed:
            what = f"{amount} has no dates between which it is right."
            yield Caution("figure", amount, what, "List it under figures with its first and last day and its source.")


def past_days(text: str, today: date) -> Iterator[Caution]:
    """Name figures and a next check whose last day is over: carers are told no such figure, and in the end no such text."""
    for row in figure_rows(text):
        if (last := _day(row.get("valid_to"))) and last < today:
            what = f"The last day of {row.get('value')} was {last:%-d %B %Y}, so carers are not told it."
            yield Caution("past", str(row.get("value")), what, "Find the amount of today, and give it with its days.")
    if (due := _day(_front(text).get("review_due"))) and due < today:
        what = f"The next check was due on {due:%-d %B %Y}: carers are warned for 30 days, then the text is not used."
        yield Caution("past", "Next check by", what, "Check it against its source now, and give a day to come.")


def _day(value: object) -> date | None:
    """Return a day; None for all else, a moment too, which the check of the facts names."""
    return value if isinstance(value, date) and not isinstance(value, datetime) else None


def figure_rows(text: str) -> list[dict[str, object]]:
    """Return the figures of the front matter, as far as they can be read."""
    rows = _front(text).get("figures")
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def front_nations(text: str) -> list[str]:
    """Return the nations of the front matter; all four when they cannot be read."""
    nations = _front(text).get("nation")
    return [str(one) for one in nations] if isinstance(nations, list) and nations else list(NATIONS)


def _front(text: str) -> dict[str, object]:
    try:
        front = read_yaml(front_of(text))
    except yaml.YAMLError:
        return {}
    return front if isinstance(front, dict) else {}


def _phones(body: str, standards: Standards) -> Iterator[Caution]:
    known = {_digits(found) for one in standards.approved for found in PHONE.findall(one)}
    for number in dict.fromkeys(match.group().strip() for match in PHONE.finditer(body)):
        if _digits(number) not in known:
            what = f"{number} is not among the approved contacts, so replies that name it are held back."
            yield Caution("phone", number, what, "Check the number. If it is right, have it added to the contacts.")


def _digits(number: str) -> str:
    digits = re.sub(r"\D", "", number)
    return "0" + digits.removeprefix("44").removeprefix("0") if digits.startswith("44") else digits


def _elsewhere(text: str, body: str, standards: Standards) -> Iterator[Caution]:
    known = [*standards.approved, str(_front(text).get("source_url", ""))]
    for shown in unknown_sites(body, known, standards.others):
        what = f"{shown} is neither among the approved contacts nor in any published document."
        yield Caution("link", shown, what, "Open it yourself and make sure whose it is before you keep it.")
    for shown in accounts_in(body):
        what = f"{shown} looks like a bank account. Guidance never tells carers where to pay."
        yield Caution("account", shown, what, "Take it out. Name the office that takes the payment instead.")


@cache
def old_names() -> tuple[tuple[str, str], ...]:
    """Return the names that are out of date, each with what to say now."""
    source = resources.files("knowledge_base").joinpath("intake/out_of_date.yaml").read_text("utf-8")
    return tuple((row["name"], row["now"]) for row in yaml.safe_load(source))


def _names(body: str) -> Iterator[Caution]:
    for name, now in old_names():
        if re.search(rf"\b{re.escape(name)}s?\b", body, re.IGNORECASE):
            yield Caution("name", name, f"“{name}” is out of date.", f"Now: {now}.")


def _conflicts(slug: str, text: str, standards: Standards) -> Iterator[Caution]:
    """Name figures that another document gives otherwise for the same days."""
    theirs = [(one, figure) for one in standards.others if one.slug != slug for figure in one.figures]
    ours = front_nations(text)
    for row in figure_rows(text):
        what = str(row.get("what", ""))
        for document, figure in theirs:
            same_place = _places(what, ours) & _places(figure.what, document.nations)
            if same_place and _same_thing(what, figure.what) and _differs(row, figure):
                what = f"{row.get('value')} here, but {figure.value} in “{document.title}”, for “{figure.what}”."
                yield Caution("conflict", str(row.get("value")), what, "Find out which is right and correct the other.")


def _against(slug: str, body: str, standards: Standards, is_own: bool) -> Iterator[Caution]:
    """Name sentences that a published document, or the live version itself, says with another figure or the other way round."""
    for mine, document, theirs in contradicted(body, standards.others):
        if is_own and document.slug == slug:
            what = f"What is live says: “{theirs[:200]}”"
            yield Caution("changed", mine[:160], what, "Check against the source that the change is right.")
        if not is_own and document.slug != slug:
            what = f"“{mine[:160]}” here, but “{document.title}” says: “{theirs[:200]}”"
            yield Caution("conflict", mine[:160], what, "Find out which is right and correct the other.")


def _places(what: str, nations: Sequence[str]) -> set[str]:
    """Where a figure holds: in the nation that it names, else in its document's."""
    named = detect(what)
    return {named} if named else set(nations)


def _differs(row: dict[str, object], figure: Figure) -> bool:
    overlaps = str(row.get("valid_from")) <= str(figure.valid_to) and str(figure.valid_from) <= str(row.get("valid_to"))
    return overlaps and str(row.get("value")) != figure.value


def _same_thing(one: str, other: str) -> bool:
    words, others = _words(one), _words(other)
    return bool(words) and len(words & others) >= ALIKE * len(words | others)


def _words(text: str) -> set[str]:
    return set(re.findall(r"[a-z]{3,}", text.lower().replace("’", "'")))
