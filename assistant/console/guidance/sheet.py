"""A document as fields on a page and back: what stands in them, what was sent, and what there is no room for."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from assistant.console.forms import Form
from assistant.console.guidance.shared import AUDIENCES, TOPICS, choices
from knowledge_base.asked import Asked
from knowledge_base.curation.askings import askings_of, headings_of, homeless, phrases_in
from knowledge_base.curation.editing import FIGURE, LISTS, PLAIN, fields_of, figure_fields, figure_lines
from knowledge_base.curation.values import Source, Version
from knowledge_base.intake.convert import Converted
from knowledge_base.nation import NATIONS

MOST_SECTIONS, MOST_FIGURES = 80, 40
"""Sections and figures that have fields on one page; a form has room for no more. What is beyond them goes along unseen."""
ROOM = 2
"""Empty places for more figures."""
SURE = [("H", "Sure: from the official page"), ("M", "Less sure")]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A text on the page where it is written, with what its writer has said so far."""

    source: Source
    converted: Converted | None = None
    """What its file held, when it has just been read."""
    why: str = ""
    began: int | None = None
    """The version that the writer began from or saw last; None when that is the newest one now."""
    is_new: bool = False
    """Whether they gave a new text, which may go by the name of a document that is there."""
    errors: Mapping[str, str] = field(default_factory=dict)


def shown(sheet: Sheet, versions: Sequence[Version], on_edit: bool) -> dict[str, Any]:
    """Return what the page shows of a sheet. `versions` are those of its document, newest first; `on_edit` says that it opens."""
    newest = versions[0] if versions else None
    fields = fields_of(sheet.source.text)
    figures = figure_fields(str(fields["figures"]))
    room = [dict.fromkeys(FIGURE, "")] * ROOM
    return {
        "fields": fields,
        "figures": [*figures, *room][:MOST_FIGURES],
        "more_figures": figure_lines(figures[MOST_FIGURES:]),
        "figures_beyond": len(figures[MOST_FIGURES:]),
        "sure": SURE,
        **_askings(sheet.source),
        "seen": (newest.number if newest else 0) if sheet.began is None or on_edit else sheet.began,
        "newest": newest,
        "is_new": sheet.is_new and newest is not None,
        "began": sheet.began if on_edit else None,
        "topics": choices("guidance_topics", TOPICS),
        "nations": choices("guidance_nations", NATIONS),
        "audiences": choices("guidance_audiences", AUDIENCES),
        "errors": sheet.errors,
        "why": sheet.why,
    }


def _askings(source: Source) -> dict[str, Any]:
    """Return the other ways of asking: of each section, of headings that are gone, and of those without fields of their own."""
    asked, gone = askings_of(source), homeless(source)
    every = [(heading, asked.get(heading, ())) for heading in [*headings_of(source.text), *gone]]
    placed, beyond = every[:MOST_SECTIONS], every[MOST_SECTIONS:]
    return {
        "askings": [(heading, phrases) for heading, phrases in placed if heading not in gone],
        "homeless": [(heading, phrases) for heading, phrases in placed if heading in gone],
        "more_askings": json.dumps(dict(beyond), ensure_ascii=False) if beyond else "",
        "sections_beyond": len(beyond),
    }


def sent_fields(form: Form) -> dict[str, str | list[str]]:
    """Return the facts and the text that were sent."""
    found: dict[str, str | list[str]] = {name: form.get(name, "") for name in (*PLAIN, "body")}
    numbers = range(1, MOST_FIGURES + 1)
    rows = ({name: form.get(f"figure-{number}-{name}", "") for name in FIGURE} for number in numbers)
    lines = figure_lines(row for row in rows if row["value"].strip())
    found["figures"] = "\n".join(filter(None, [lines, form.get("more-figures", "")]))
    return found | {name: form.every(name) for name in LISTS}


def sent_askings(form: Form) -> Asked:
    """Return the other ways of asking that were sent, by the heading that each field stood under."""
    numbers = range(1, MOST_SECTIONS + 1)
    pairs = [(form.get(f"asking-{one}-of", "").strip(), form.get(f"asking-{one}", "")) for one in numbers]
    beyond = askings_of(Source("beyond", "", form.get("more-askings", "")))
    return beyond | {heading: phrases_in(lines) for heading, lines in pairs if heading}
