"""Where a carer says that they live is kept with the conversation and given to the next turn."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from assistant.domain.turn import LIVES_IN, Turn
from assistant.inbox.answer import answer
from assistant.inbox.desk import Desk
from assistant.inbox.receive import receive
from assistant.pipeline.answering import Answerer
from tests.assistant.inbox.conftest import Echo, form


@dataclass(frozen=True)
class NoteWhereTheyLive:
    """Notes what it was told of the nation; "Scotland" is a home."""

    told: list[str] = field(default_factory=list)

    async def __call__(self, turn: Turn) -> Turn:
        self.told.append(turn.past.nation)
        return replace(turn, masked=turn.text, effects=(f"{LIVES_IN}scotland",) if "Scotland" in turn.text else ())


async def test_a_home_is_remembered_from_one_turn_to_the_next(desk: Desk) -> None:
    step = NoteWhereTheyLive()
    here = replace(desk, answerer=Answerer((step, Echo()), desk.answerer.wording, "r-test"))
    for text in ("I live in Scotland", "how do I get a break?"):
        receipt = await receive(desk.store, form(text), datetime.now(UTC))
        assert await answer(here, receipt.inbound_id)

    assert step.told == ["", "scotland"]
