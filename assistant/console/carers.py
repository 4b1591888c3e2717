"""The pretend carers of the simulator, each with a number from Ofcom's list for drama, which reaches no real phone."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

FIRST_NAMES = ("Amina", "George", "Siân")
MOST_CARERS = 12
LONGEST_NAME = 40


@dataclass(frozen=True, slots=True)
class Carer:
    """A pretend carer. `slug` stands for the carer in web addresses, so that no number ever does."""

    slug: str
    name: str
    number: str

    @property
    def address(self) -> str:
        """The WhatsApp address."""
        return "whatsapp:+44" + self.number.replace(" ", "")[1:]


class TooManyCarers(Exception):
    """The simulator's list of carers is full."""


class Carers:
    """The carers of one run. Numbers are drawn afresh at each start, so that Kith meets each carer for the first time."""

    def __init__(self, chance: random.Random | None = None) -> None:
        # Not for secrets: the numbers only need to differ from run to run.
        self._numbers = (chance or random.Random()).sample(range(1000), MOST_CARERS)
        self._listed: list[Carer] = []
        for name in FIRST_NAMES:
            self.add(name)

    def __iter__(self) -> Iterator[Carer]:
        return iter(tuple(self._listed))

    def add(self, name: str = "") -> Carer:
        """Add a carer; without a name they are called by their place in the list."""
        place = len(self._listed)
        if place >= MOST_CARERS:
            raise TooManyCarers
        called = " ".join(name.split())[:LONGEST_NAME] or f"Carer {place + 1}"
        carer = Carer(str(place + 1), called, f"07700 900{self._numbers[place]:03}")
        self._listed.append(carer)
        return carer

    def get(self, slug: str) -> Carer | None:
        """Return the carer with this slug, or None."""
        return next((carer for carer in self._listed if carer.slug == slug), None)

    def beside(self, slug: str, most: int) -> list[tuple[Carer, int]]:
        """Return the carers whose phones are shown, in list order, each with its rank: 0 is the one picked.

        Narrow screens show rank 0 alone; wider ones add ranks 1 and 2, the nearest in the list, so that picking
        the phone next to it moves nothing.
        """
        first = next((place for place, carer in enumerate(self._listed) if carer.slug == slug), 0)
        nearest = sorted(range(len(self._listed)), key=lambda place: (abs(place - first), place))[:most]
        return [(self._listed[place], nearest.index(place)) for place in sorted(nearest)]
