"""Change the list of what carers say: the role is checked, the list is whole or not changed, the audit log is told."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from assistant.domain.roles import Act, Staff, require
from assistant.storage.store import Work
from knowledge_base.errors import SynonymsNotValid
from knowledge_base.synonyms import NAME, SynonymList, list_text, parse, save, use


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the list. `kind` is `names` or `spelt`; `said` has phrases separated by commas; empty takes it out."""

    kind: str
    name: str
    said: str

    @property
    def phrases(self) -> list[str]:
        """Return the phrases in small letters, each once."""
        return list(dict.fromkeys(part.strip().casefold() for part in self.said.split(",") if part.strip()))


def current() -> SynonymList:
    """Return the list in use."""
    return parse(list_text())


async def keep(work: Work, staff: Staff, line: Line, var: Path, at: datetime) -> None:
    """Put one line into the council's own list, which begins as a copy of the one that Kith ships with.

    Raises:
        SynonymsNotValid: The line has no name or cannot be kept; nothing was changed.
    """
    require(staff, Act.WRITE_GUIDANCE)
    if line.kind not in ("names", "spelt") or not line.name.strip():
        raise SynonymsNotValid("The line has no name.")
    found = current()
    lines = {**getattr(found, line.kind), line.name.strip().casefold(): line.phrases}
    changed = {**found.model_dump(), "reviewed_on": at.date(), line.kind: {k: v for k, v in lines.items() if v}}
    fresh = SynonymList.model_validate(changed) if line.phrases or line.name.strip().casefold() in lines else found
    await work.audit.note("words_changed", f"staff:{staff.id}", "words:synonyms", {"lines": len(lines)}, at)
    save(var / NAME, fresh)
    use(var / NAME)
