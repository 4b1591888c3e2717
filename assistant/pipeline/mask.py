"""Cover personal data before a model, the search or a record sees the message."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from assistant.domain.turn import Finding, Turn

TELL = {"NHS_NUMBER", "NI_NUMBER", "BANK", "CARD", "ADDRESS", "DATE_OF_BIRTH"}
"""Kinds that the carer is told about once. A first name in passing needs no remark."""


@dataclass(frozen=True, slots=True)
class MaskPersonalData:
    """Set `masked`, which is what every later step reads. `keep` lists approved contact numbers."""

    find: Callable[[str, Sequence[str]], Sequence[Any]]
    mask: Callable[[str, Sequence[Any]], str]
    keep: Sequence[str]

    async def __call__(self, turn: Turn) -> Turn:
        try:
            spans = self.find(turn.text, self.keep)
            masked = self.mask(turn.text, spans)
            kinds = sorted({str(span.type) for span in spans})
        except Exception as error:
            # Danger is still screened next; after that the turn ends, for nothing may go on unmasked.
            return turn.found(Finding("personal_data", "error", type(error).__name__))
        turn = replace(turn, masked=masked, question=masked)
        if not kinds:
            return turn.found(Finding("personal_data", "pass"))
        if TELL.intersection(kinds) and not turn.past.told_about_masking:
            turn = replace(turn, effects=(*turn.effects, "told_about_masking"))
        return turn.found(Finding("personal_data", "fail", "masked: " + ", ".join(kinds)))
