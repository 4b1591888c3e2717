"""Try a draft: one question, answered from the live guidance and from the guidance as it would be with the draft."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from assistant.domain.turn import Turn
from assistant.replay import Conversation
from assistant.wiring import Brain, with_searcher
from knowledge_base import index
from knowledge_base.commands import index_root
from knowledge_base.curation.reading import document_of
from knowledge_base.curation.trial import trial_searcher
from knowledge_base.curation.values import Source
from knowledge_base.documents import Document


@dataclass(frozen=True, slots=True)
class Tried:
    """Both answers to one question. The same steps made them."""

    question: str
    live: Turn
    draft: Turn

    @property
    def is_same(self) -> bool:
        """Whether a carer would read the same words."""
        return self.live.reply == self.draft.reply

    @property
    def changes(self) -> list[str]:
        """Say in words what is different."""
        said = []
        if self.live.outcome != self.draft.outcome:
            said.append("The question ends differently.")
        if _sources(self.live) != _sources(self.draft):
            said.append("The answer rests on other documents.")
        if not self.is_same:
            said.append("The words of the answer change.")
        elif [one.text for one in self.live.passages] != [one.text for one in self.draft.passages]:
            said.append("Other passages are found, but the answer stays the same.")
        return said or ["Nothing changes for this question."]


def _sources(turn: Turn) -> list[str]:
    return [one.document for one in turn.citations]


async def try_draft(brain: Brain, draft: Source, question: str) -> Tried:
    """Return both answers. Raises `GuidanceNotValid` while the draft has faults."""
    document = document_of(draft, brain.settings.guidance_values)
    with_draft = await asyncio.to_thread(draft_brain, brain, document)
    live = await Conversation(brain.answerer).ask(question)
    return Tried(question, live, await Conversation(with_draft.answerer).ask(question))


def draft_brain(brain: Brain, draft: Document) -> Brain:
    """Return the brain with the draft in the place of its live version. Only its own texts are embedded."""
    others: Sequence[Document] = [one for one in brain.searcher.documents if one.slug != draft.slug]
    documents = sorted([*others, draft], key=lambda one: one.slug)
    nation = str(brain.settings.council_facts["nation"])
    known = index.known_vectors(index_root(brain.settings.var), brain.model.model_hash)
    return with_searcher(brain, trial_searcher(documents, brain.model, known, nation, today))


def today() -> date:
    return datetime.now(UTC).date()
