"""What the durable turn needs, in one place."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from assistant.channels.sender import Sender
from assistant.domain.ports import Clock
from assistant.inbox.arrivals import Arrivals
from assistant.pace import Pace
from assistant.pipeline.answering import Answerer
from assistant.storage.store import Store


@dataclass(frozen=True)
class Rhythm:
    """Waits and limits of the inbox."""

    burst_quiet: timedelta
    burst_most: timedelta
    disclosure_repeat: timedelta
    crisis_delivery: timedelta
    attempts: int
    retention: timedelta
    reconcile_after: timedelta = timedelta(seconds=2)
    """How long the provider gets to list a message whose send was interrupted."""
    retry_first: timedelta = timedelta(seconds=1)
    """The first wait before a send is tried again; each further wait doubles."""


@dataclass(frozen=True)
class Desk:
    """The store, the answerer, the sender and the rhythm of one process."""

    store: Store
    answerer: Answerer
    sender: Sender
    clock: Clock
    rhythm: Rhythm
    alarming: Callable[[str], bool]
    """Whether rules alone see danger in one message. Ends the wait for a burst."""
    reopen_template: str = ""
    arrivals: Arrivals = field(default_factory=Arrivals)
    pace: Pace = field(default_factory=Pace)


Texts = Sequence[tuple[str, str]]
"""(purpose, text) pairs, in the order in which they are sent."""
