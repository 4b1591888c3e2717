"""What a person sees before a text is kept: the text as it will be read, its chunks, its warnings, its faults."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import yaml

from knowledge_base.chunking import Chunk, pieces
from knowledge_base.curation.askings import askings_of
from knowledge_base.curation.reading import body_of, facts_of, front_of, is_too_long, lines_above, unready
from knowledge_base.curation.values import Source
from knowledge_base.documents import LONGEST_HEADING, SLUG
from knowledge_base.errors import FileRefused, Problem
from knowledge_base.front_matter import facts_in
from knowledge_base.front_words import Told
from knowledge_base.intake.asking_cautions import source_cautions
from knowledge_base.intake.cautions import Caution, Standards, past_days
from knowledge_base.intake.convert import Converted
from knowledge_base.intake.shaping import shaped
from knowledge_base.placeholders import fill

NAMELESS = "document"
"""The slug of a title without any letter that an address may hold."""
REVIEWED_EVERY = timedelta(days=182)


@dataclass(frozen=True, slots=True)
class Preview:
    """A source text as it would be kept. `problems` stop a review, `cautions` do not."""

    source: Source
    chunks: tuple[Chunk, ...]
    cautions: tuple[Caution, ...]
    problems: tuple[Problem, ...]
    as_given: bool = False
    """Whether its facts were just read from a file, so that their lines are those of the file."""

    def where(self, problem: Problem) -> str:
        """Return in words where a fault stands: in the text, or in the facts of a file; empty where a field is named."""
        body = body_of(self.source.text)
        above = lines_above(self.source.text) + len(body) - len(body.lstrip("\n"))
        if problem.line == 1 or problem.path.suffix != ".md":
            return ""
        if problem.line > above:
            return f"Line {problem.line - above} of the text"
        return f"Line {problem.line} of what you gave" if self.as_given else ""

    @property
    def warnings(self) -> tuple[Caution, ...]:
        """The cautions that need something to be done."""
        return tuple(one for one in self.cautions if not one.is_doubtful)

    @property
    def doubtful(self) -> tuple[Caution, ...]:
        """The lines that need only to be read once."""
        return tuple(one for one in self.cautions if one.is_doubtful)


def preview(
    source: Source,
    values: Mapping[str, str],
    standards: Standards,
    today: date,
    original: Converted | None = None,
) -> Preview:
    """Return what would become of a text. `today` tells which days are over, `original` what its file held.

    A text that is too long is not looked at for warnings: it must be split first, and its parts are looked at then.
    """
    title = str(facts_of(source.text).get("title") or source.slug)
    path = Path(f"{source.slug}.md")
    filled, _ = fill(path, source.text, values)
    asked = {fill(path, heading, values)[0]: phrases for heading, phrases in askings_of(source).items()}
    return Preview(
        source,
        tuple(pieces(source.slug, title, body_of(filled).strip(), asked)),
        () if is_too_long(source.text) else (*past_days(source.text, today), *looked(source, standards, original)),
        tuple(unready(source, values, today)),
        original is not None and bool(front_of(original.text)),
    )


def looked(source: Source, standards: Standards, original: Converted | None) -> list[Caution]:
    """Return the warnings about a text and about what its file held."""
    return source_cautions(source, standards, *((original.tables, original.hidden) if original else ()))


def slug_of(name: str) -> str:
    """Return a slug for a title or a file's name."""
    plain = re.sub(r"[^a-z0-9]+", "-", re.sub(r"\.[a-z0-9]{1,8}$", "", name.lower().replace("'", "").replace("’", "")))
    slug = plain.strip("-")[:100].strip("-")
    return slug if SLUG.fullmatch(slug) else NAMELESS


def as_source(slug: str, text: str, facts: Mapping[str, object], today: date) -> Source:
    """Return a text as a source: with the front matter that it brings, or with one made of what the person said.

    Raises `FileRefused` when the facts that it brings cannot be read: they would stand in no field, and be lost.
    """
    text = text.replace("\r\n", "\n")
    if head := front_of(text):
        if isinstance(told := facts_in(head), Told):
            raise FileRefused(f"{slug}.md", f"line {told.line}: {told.what[:1].lower()}{told.what[1:]}", told.remedy)
        return Source(slug, text)
    title, body = shaped(text, str(facts.get("title") or ""))
    title = title or slug.replace("-", " ").capitalize()
    front = {
        "title": title[:160],
        "source_url": "",
        "publisher": "",
        "owner": "",
        "nation": ["england"],
        "topic": "care",
        "audience": ["adult"],
        "reviewed_on": today,
        "review_due": today + REVIEWED_EVERY,
        "figures": [],
        **{name: value for name, value in facts.items() if value},
    }
    head = yaml.safe_dump(front, sort_keys=False, allow_unicode=True)
    return Source(slug, f"---\n{head}---\n\n{_with_sections(body, title)}")


def _with_sections(body: str, title: str) -> str:
    """Give a text without headings one, since answers are made of sections."""
    return body if re.search(r"^## ", body, re.MULTILINE) else f"## {title[:LONGEST_HEADING]}\n{body}"
