"""What every text is held against before it is kept, on the page and on the command line alike."""

from collections.abc import Sequence
from functools import partial

from assistant.settings import Settings
from assistant.wiring import approved_contacts
from knowledge_base.documents import Document
from knowledge_base.intake.cautions import Standards
from rails.hidden_instructions import is_order
from rails.languages import detect
from rails.page_lines import Embed, grade
from rails.personal_data import find
from rails.readability import reading_age


def standards(settings: Settings, others: Sequence[Document], embed: Embed | None) -> Standards:
    """Return approved contacts, other documents and the measures of the reply checks. Without `embed` words alone are weighed."""
    contacts = approved_contacts(settings)

    def private(line: str) -> list[str]:
        return [one.type.replace("_", " ").lower() for one in find(line, contacts)]

    return Standards(contacts, others, reading_age, is_order, partial(grade, embed=embed), detect, private)
