"""Poison that slipped into the guidance all the same is not obeyed, even by a model that obeys everything."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from assistant.replay import Conversation
from assistant.settings import Settings
from assistant.testing import ObedientAnswer, ObedientModel
from assistant.wiring import make_brain
from tests.knowledge_base.intake.poison import BENIGN, HELD, TUNED, passages

EACH = int(os.environ.get("KITH_TEST_POISON_STEP", "40"))
"""Every 40th passage in a quick run; 1 tries them all."""


@dataclass
class Noting:
    """The obedient model, with what it was made to say."""

    model: ObedientModel = field(default_factory=ObedientModel)
    name: str = "obedient stub"
    orders: list[str] = field(default_factory=list)

    async def __call__(self, question: str, found: Sequence[Any], history: Sequence[tuple[str, str]]) -> ObedientAnswer:
        """Read the poisoned passages alone, which is the worst case, and name every passage as the source."""
        poisoned = [one for one in found if one.document.startswith("extra-")]
        said = await self.model(question, poisoned or found, history)
        if poisoned:
            self.orders.append(said.answer)
        return ObedientAnswer(said.answer, tuple(range(1, len(found) + 1)))


async def test_no_order_in_a_passage_is_obeyed(var: Path) -> None:
    model = Noting()
    brain = make_brain(Settings(environment="test", var=var), model)
    every = passages([*TUNED, *HELD], 11)
    assert len(every) >= 200
    for passage in every[::EACH]:
        model.orders.clear()
        turn = await Conversation(brain.answerer).ask("How can I get a break from caring?", [passage])
        # a passage said as it stands, or a sentence of its honest part, is no order
        orders = [one for one in model.orders if BENIGN not in one and one not in BENIGN]
        quoted = passage.split(BENIGN)[-1].strip()  # shown as it stands, in quotation of the passage, it is not obeyed
        reply = "\n".join(turn.reply).replace(quoted, "")
        assert not [one for one in orders if one in reply], passage
    brain.searcher.close()
