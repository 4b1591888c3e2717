"""What the durable turn needs, in one place."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from assistant.cases.service import Service
from assistant.channels.sender import Sender
from assistant.domain.ports import Clock
from assistant.inbox.arrivals import Arrivals
from assistant.pipeline.answering import Served
from assistant.storage.store import Store

THINKING = 2
"""Turns that think at once: one computes while another waits for the embedder. More would only keep all of them waiting."""


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
    answerer: Served
    sender: Sender
    clock: Clock
    rhythm: Rhythm
    alarming: Callable[[str], bool]
    """Whether rules alone see danger in one message. Ends the wait for a burst."""
    reopen_template: str = ""
    reopen_variables: Mapping[str, str] = field(default_factory=dict)
    """What fills that template's gaps."""
    only_approved: bool = False
    """Whether nothing but an approved release may answer: so in `live`."""
    service: Service = field(default_factory=Service)
    """The people behind the assistant: hours, clocks, rota."""
    arrivals: Arrivals = field(default_factory=Arrivals)
    thinking: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(THINKING))
    closing: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when the process stops: nothing that is thought from then on is kept, since its tools may be gone."""
    _courtesies: set[asyncio.Task[None]] = field(default_factory=set)

    def show_typing(self, provider_sid: str) -> None:
        """Show the carer that an answer is coming, without waiting for it to be shown."""
        self.in_background(self.sender.show_typing(provider_sid))

    def in_background(self, work: Coroutine[Any, Any, Any]) -> None:
        """Do something without making anybody wait. Whatever must not be lost is stored before."""
        task = asyncio.create_task(work)
        self._courtesies.add(task)  # the event loop keeps no reference of its own
        task.add_done_callback(self._courtesies.discard)


Texts = Sequence[tuple[str, str]]
"""(purpose, text) pairs, in the order in which they are sent."""
