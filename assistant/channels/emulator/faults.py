"""What can be made to go wrong, by setting."""

import random
from dataclasses import dataclass, field, fields
from typing import Any


@dataclass(slots=True)
class Faults:
    """The emulator's mood. The defaults are a good day.

    `next_…` count down: so many of the next requests to the REST API end that way.
    `share_…` are chances from 0 to 1 for each request. `drop` takes the message and then breaks the
    connection, so that the sender cannot know. Addresses are WhatsApp addresses of carers.
    """

    delay_ms: float = 0
    """Wait before each answer of the REST API."""
    next_429: int = 0
    next_500: int = 0
    next_503: int = 0
    next_drop: int = 0
    share_429: float = 0.0
    share_500: float = 0.0
    share_drop: float = 0.0
    retry_after: int = 1
    """Seconds that a 429 or 503 asks for."""
    steps: tuple[str, ...] = ("sent", "delivered", "read")
    """Delivery states that each message goes through. Leave out the end for one that never arrives."""
    step_ms: float = 150
    """Pause before each step."""
    shuffle: bool = False
    """Post the status callbacks of one message in a random order."""
    silent: tuple[str, ...] = ()
    """States whose status callback is never posted."""
    fail_code: int = 0
    """Every message is taken and then fails with this code."""
    fail_to: dict[str, int] = field(default_factory=dict)
    """Messages to these addresses are taken and then fail with a code, such as 63014 for a carer who blocked us."""
    refuse_to: dict[str, int] = field(default_factory=dict)
    """Messages to these addresses are refused at once with a code, such as 21610 for one who opted out."""
    duplicates: int = 0
    """Times that each inbound webhook is delivered again."""
    lose_webhooks: bool = False
    """Inbound messages are stored but the webhook is never called, as in an outage."""
    seed: int = 0
    chance: random.Random = field(default_factory=random.Random, repr=False)

    def change(self, wanted: dict[str, Any]) -> None:
        """Set some faults by name. Raises `ValueError` for an unknown name or a value of another type."""
        known = {one.name: getattr(self, one.name) for one in fields(self) if one.name != "chance"}
        for name, value in wanted.items():
            if name not in known:
                raise ValueError(f"There is no fault called {name!r}. Known: {', '.join(known)}.")
            setattr(self, name, _like(known[name], name, value))
        if "seed" in wanted:
            self.chance.seed(self.seed)

    def strike(self, kind: str) -> bool:
        """Say whether this request is to end with `429`, `500`, `503` or `drop`."""
        left = getattr(self, f"next_{kind}")
        if left > 0:
            setattr(self, f"next_{kind}", left - 1)
            return True
        share = getattr(self, f"share_{kind}", 0.0)
        return bool(share) and self.chance.random() < share

    def shown(self) -> dict[str, Any]:
        """Return the settings as JSON can hold them."""
        return {one.name: getattr(self, one.name) for one in fields(self) if one.name != "chance"}


def _like(now: Any, name: str, value: Any) -> Any:
    """Return the value as the type that the setting has."""
    if isinstance(now, bool) != isinstance(value, bool):
        raise ValueError(f"{name} must be {'true or false' if isinstance(now, bool) else 'a number or a list'}.")
    if isinstance(now, tuple):
        return tuple(str(one) for one in value)
    if isinstance(now, dict):
        return {str(address): int(code) for address, code in dict(value).items()}
    return type(now)(value)
