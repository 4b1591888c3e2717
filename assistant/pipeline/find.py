"""Find the approved passages that an answer may rest on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

import structlog

from assistant.domain.outcome import Outcome
from assistant.domain.ports import Embedder, PassageSearch
from assistant.domain.turn import Passage, Turn, Vector
from assistant.pipeline.embed import to_embed
from assistant.pipeline.feedback import LOOKED_AGAIN
from assistant.pipeline.repeated import last_subject_second, unsaid_first
from assistant.pipeline.run import failed
from assistant.pipeline.several import is_list, speaks_of_all
from assistant.pipeline.wording import Wording

log = structlog.get_logger()
SURE = 0.5
"""Each thing of a list is answered by itself when each finds guidance at least so likely."""


@dataclass(frozen=True, slots=True)
class FindPassages:
    """Keep the passages above the calibrated floor. None found: say so, never guess."""

    search: PassageSearch
    embedder: Embedder
    wording: Wording
    split: Callable[[str], Sequence[str]]
    limit: int = 5

    async def __call__(self, turn: Turn) -> Turn:
        if LOOKED_AGAIN in turn.effects:
            return turn
        try:
            found, leads = await self._found(turn)
        except Exception as error:
            log.error("search_failed", turn_id=turn.id, error=type(error).__name__)
            return failed(turn, self.wording, type(self).__name__, Outcome.ERROR_SEARCH)
        if not found:
            return turn if turn.doubt else self._say_so(turn)
        return replace(turn, passages=tuple(found), leads=leads)

    async def _found(self, turn: Turn) -> tuple[Sequence[Passage], int]:
        """Return the passages, and how many of them lead, each with the answer to a question of its own."""
        if not turn.questions:
            return await self._whole(turn), 1
        if not is_list(turn.questions):
            return await self._each(turn)
        together = await self._whole(turn)
        if together and speaks_of_all(together[0].heading, turn.questions):
            return together, 1
        found, leads = await self._each(turn)
        apart = leads == len(turn.questions) and all(one.score >= SURE for one in found[:leads])
        return (found, leads) if apart else (together, 1)

    async def _whole(self, turn: Turn) -> Sequence[Passage]:
        """Look the message up as one question."""
        vector = await self._vector(turn)
        found = await self.search(
            turn.question, vector, turn.nation, turn.extra_guidance, self.limit, self._clauses(turn), turn.also
        )
        return (last_subject_second if turn.question == turn.masked else unsaid_first)(found, turn)

    async def _each(self, turn: Turn) -> tuple[Sequence[Passage], int]:
        """Look each question up by itself. The best passage of each comes first, then their others in turn."""
        vectors = await embed_or_none(self.embedder, *turn.questions)
        found = [
            await self.search(question, vector, turn.nation, turn.extra_guidance, self.limit, also=turn.also)
            for question, vector in zip(turn.questions, vectors, strict=True)
        ]
        ordered = [one for rank in zip_longest(*found) for one in rank if one]
        passages = list({(one.document, one.heading, one.text): one for one in ordered}.values())
        leads = {(one[0].document, one[0].heading, one[0].text) for one in found if one}
        return passages[: self.limit], max(1, len(leads))

    async def _vector(self, turn: Turn) -> Vector | None:
        """Reuse the message's own vector. A question rewritten from the conversation is another text and has its own."""
        if not turn.vectors:
            return None
        if turn.question == turn.masked:
            return turn.vectors[0]
        return (await embed_or_none(self.embedder, turn.question))[0]

    def _clauses(self, turn: Turn) -> list[tuple[str, Vector]]:
        """Pair a long message's sentences with the vectors that they already have; none when masking moved a sentence's end."""
        if turn.question != turn.masked or len(turn.vectors) < 2:
            return []
        sentences = to_embed(turn.masked, self.split)
        same = len(sentences) == len(turn.vectors)
        return list(zip(sentences[1:], turn.vectors[1:], strict=True)) if same else []

    def _say_so(self, turn: Turn) -> Turn:
        return turn.stop(Outcome.UNANSWERABLE_NO_CONTENT, self.wording.canned(Outcome.UNANSWERABLE_NO_CONTENT))


async def embed_or_none(embedder: Embedder, *texts: str) -> Sequence[Vector | None]:
    """Embed texts in one call; None for each when the embedder is down, so that words alone are searched."""
    try:
        return await embedder.embed(texts)
    except Exception:
        log.warning("embedder_failed")
        return [None] * len(texts)
