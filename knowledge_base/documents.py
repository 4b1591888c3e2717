"""Guidance documents: Markdown files with checked front matter, filled in with the council's own contacts."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from knowledge_base.asked import Asked, asked_path, read_asked
from knowledge_base.errors import GuidanceNotValid, Problem
from knowledge_base.figures import Figure
from knowledge_base.files import text_hash
from knowledge_base.front_matter import FrontMatter, read_front_matter
from knowledge_base.intake.hidden import INVISIBLE, unseen
from knowledge_base.nation import NATIONS
from knowledge_base.placeholders import fill

FOLDER = Path(__file__).parent / "documents"
"""The guidance that ships with Kith."""
GRACE = timedelta(days=30)
"""How long past its review date a document may still be quoted, with a warning."""
MONEY = re.compile(r"£\d[\d,]*(?:\.\d+)?")
LONGEST_HEADING = 160
MARK = "\ufeff"
"""What some editors put in front of a file to say that it is in UTF-8; no letter of it."""
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Document:
    """One approved guidance document, placeholders filled. `hash` changes when anything a carer could see changes."""

    slug: str
    title: str
    url: str
    publisher: str
    owner: str
    nations: tuple[str, ...]
    topic: str
    audience: tuple[str, ...]
    reviewed_on: date
    review_due: date
    figures: tuple[Figure, ...]
    body: str
    hash: str
    asked: Asked = field(default_factory=dict)
    """Other ways in which carers ask, by heading."""

    def is_overdue(self, today: date) -> bool:
        """Tell whether the document is past its review date, so that readers must be warned."""
        return today > self.review_due

    def is_withdrawn(self, today: date) -> bool:
        """Tell whether the document is so far past review that it must not be used at all."""
        return today > self.review_due + GRACE


def load(folder: Path, values: Mapping[str, str]) -> list[Document]:
    """Read every document of a folder, in order of slug.

    Args:
        folder: Holds one `<slug>.md` a document; other files are left alone.
        values: What fills the placeholders, such as `carers.phone`.

    Raises:
        GuidanceNotValid: Names every fault found, with file, line and remedy.
    """
    found: list[Document] = []
    problems: list[Problem] = []
    for path in sorted(folder.glob("*.md")):
        try:
            found.append(read(path, values))
        except GuidanceNotValid as error:
            problems.extend(error.problems)
    if not found and not problems:
        problems.append(Problem(folder, 1, "The folder holds no documents.", "Add at least one <slug>.md file."))
    if problems:
        raise GuidanceNotValid(*problems)
    return found


def read(path: Path, values: Mapping[str, str]) -> Document:
    """Read and check one document, with its other askings."""
    return parse(path, path.read_text("utf-8"), read_asked(path), values)


def parse(path: Path, text: str, asked: Asked, values: Mapping[str, str]) -> Document:
    """Check one document's text. `path` names it in errors, and its stem is the slug; the file need not exist."""
    filled, problems = fill(path, text.removeprefix(MARK).replace("\r\n", "\n"), values)
    front, body, first = read_front_matter(path, filled)
    problems += _faults(path, front, body, first) + _asked_faults(path, asked)
    if problems:
        raise GuidanceNotValid(*problems)
    known = {fill(path, heading, values)[0]: phrases for heading, phrases in asked.items()}
    return _document(path.stem, front, body.strip(), known)


def _document(slug: str, front: FrontMatter, body: str, asked: Asked) -> Document:
    """Join the checked parts."""
    return Document(
        slug=slug,
        title=front.title,
        url=front.source_url,
        publisher=front.publisher,
        owner=front.owner,
        nations=tuple(nation for nation in NATIONS if nation in front.nation),
        topic=front.topic,
        audience=tuple(front.audience),
        reviewed_on=front.reviewed_on,
        review_due=front.review_due,
        figures=tuple(Figure(**row.model_dump()) for row in front.figures),
        body=body,
        hash=text_hash(slug, front.model_dump_json(), body),
        asked=asked,
    )


def _faults(path: Path, front: FrontMatter, body: str, first: int) -> list[Problem]:
    """Check what no single field can show: the name, the headings, every amount accounted for."""
    faults: list[Problem] = []
    if not SLUG.fullmatch(path.stem):
        faults.append(Problem(path, 1, "The file name is not a slug.", "Use small letters, digits and hyphens."))
    lines = body.split("\n")
    faults += [_unseen_on(path, number) for number, line in enumerate(lines, start=first) if unseen(line)]
    if not any(line.startswith("## ") for line in lines):
        faults.append(Problem(path, first, "There is no section.", "Add a heading that starts with '## '."))
    for number, line in enumerate(lines, start=first):
        for amount in MONEY.findall(line):
            if not any(figure.value == amount.rstrip(",") for figure in front.figures):
                remedy = "List it under figures with its dates and source, or take it out."
                faults.append(Problem(path, number, f"{amount} is not in the list of figures.", remedy))
        if line.startswith("#") and len(line) > LONGEST_HEADING:
            faults.append(Problem(path, number, "A heading is too long.", f"Keep it under {LONGEST_HEADING} letters."))
        if line.startswith("#") and MONEY.search(line):
            faults.append(Problem(path, number, "A heading states an amount.", "Move it to the text below."))
    return faults


def _asked_faults(path: Path, asked: Asked) -> list[Problem]:
    """Name other ways of asking that hold what nobody can see: what is approved must be what was read."""
    lines = (line for heading, phrases in asked.items() for line in (heading, *phrases))
    what = "One of the other ways of asking holds characters that nobody can see."
    remedy = "Type it again by hand: "
    return [
        Problem(asked_path(path), 1, what, f"{remedy}“{INVISIBLE.sub('', line)[:160]}”.")
        for line in lines
        if unseen(line)
    ]


def _unseen_on(path: Path, number: int) -> Problem:
    return Problem(path, number, "The line holds characters that nobody can see.", "Type the line again by hand.")
