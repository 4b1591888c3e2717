"""The secret that a form carries to a phone."""

from datetime import UTC, datetime, timedelta

import pytest

from assistant.settings import Settings
from assistant.staff.second_factor import OFFER_LASTS, offer, offered
from assistant.storage.keys import load_keys

AT = datetime(2026, 11, 30, 12, 0, 0, 900_000, tzinfo=UTC)


@pytest.mark.parametrize(
    ("later", "whose", "is_taken"),
    [
        pytest.param(timedelta(milliseconds=50), "maya", True, id="at once, within the same second"),
        pytest.param(OFFER_LASTS - timedelta(seconds=1), "maya", True, id="just in time"),
        pytest.param(OFFER_LASTS + timedelta(seconds=1), "maya", False, id="too late"),
        pytest.param(timedelta(seconds=-2), "maya", False, id="from the future"),
        pytest.param(timedelta(seconds=1), "sam", False, id="another's"),
    ],
)
def test_an_offer_is_taken_by_its_owner_in_time(
    settings: Settings, later: timedelta, whose: str, is_taken: bool
) -> None:
    keys = load_keys(settings)
    sealed = offer(keys, "maya", "SECRET", AT)
    assert offered(keys, whose, sealed, AT + later) == ("SECRET" if is_taken else "")
