"""Warnings about other ways of asking. Carers never see them, but they steer what is found, and they may be a carer's own words."""

from collections.abc import Iterator

from knowledge_base.curation.askings import askings_of, homeless
from knowledge_base.curation.values import Source
from knowledge_base.intake.addresses import accounts_in
from knowledge_base.intake.cautions import Caution, Standards, cautions_of
from knowledge_base.intake.hidden import hidden_in

MOST, MOST_WORDS = 40, 40
"""Ways of asking that help a section, and words of one. More only blur what the section is about."""
OUT = "Take it out, or say it in other words."


def source_cautions(source: Source, standards: Standards, tables: int = 0, hidden: int = 0) -> list[Caution]:
    """Return every warning about a source: its text first, then its other ways of asking."""
    found = [*cautions_of(source.slug, source.text, standards, tables, hidden), *asking_cautions(source, standards)]
    return list(dict.fromkeys(found))


def asking_cautions(source: Source, standards: Standards) -> Iterator[Caution]:
    """Give the warnings about a source's other ways of asking."""
    for heading, phrases in askings_of(source).items():
        if len(phrases) > MOST:
            what = f"This section has {len(phrases)} other ways of asking; {MOST} are enough."
            yield Caution("asking", heading, what, "Keep those that differ most from each other.")
        for phrase in phrases:
            yield from _about(phrase, standards)
    for heading in homeless(source):
        what = "Other ways of asking stand under this heading, but no section is called so."
        yield Caution("asking", heading, what, "Move them to the section that answers them, or take them out.")


def _about(phrase: str, standards: Standards) -> Iterator[Caution]:
    where = f"Other ways carers ask: {phrase[:160]}"
    if found := hidden_in(phrase):
        yield Caution("hidden", where, f"Something may be hidden in this way of asking: {found[0].what}.", OUT)
    elif standards.is_order(phrase):
        yield Caution("hidden", where, "This line speaks to the assistant. No carer asks so.", OUT)
    elif standards.language(phrase):
        what = "This line is not in English, so it is not searched well and the checks cannot read it."
        yield Caution("language", where, what, OUT)
    if kinds := [*standards.private(phrase), *(["bank account"] if any(accounts_in(phrase)) else [])]:
        what = f"This line may hold a private detail: {', '.join(kinds)}."
        yield Caution("private", where, what, "Take the detail out. What carers tell Kith is not for others to read.")
    if len(phrase.split()) > MOST_WORDS:
        yield Caution("asking", where, "This is a story, not a question.", "Keep the part that asks something.")
