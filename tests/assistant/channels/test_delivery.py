"""A delivery state moves forwards only, and every error code has plain words."""

from itertools import permutations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.channels.delivery import DeliveryState, Fault, forwards, known_codes, meaning_of

STATES = st.sampled_from(list(DeliveryState))
DOMAIN_CODES = (
    63016, 63018, 63017, 63014, 63024, 63003, 63005, 63013, 63032, 63038, 63008, 63007, 63015, 21610, 21617, 21658, 57012,
    11200, 12300,
)  # fmt: skip


@pytest.mark.parametrize(
    ("now", "news", "after"),
    [
        ("queued", "sent", "sent"), ("sent", "sending", "sent"), ("sent", "delivered", "delivered"), ("read", "delivered", "read"),
        ("delivered", "read", "read"), ("sent", "failed", "failed"), ("sent", "undelivered", "undelivered"),
        ("delivered", "failed", "delivered"), ("read", "undelivered", "read"), ("failed", "sent", "failed"),
        ("undelivered", "delivered", "undelivered"), ("failed", "undelivered", "failed"), ("queued", "queued", "queued"),
    ],
)  # fmt: skip
def test_news_moves_a_message_forwards_only(now: str, news: str, after: str) -> None:
    assert forwards(DeliveryState(now), DeliveryState(news)) == after


def test_the_order_of_good_news_does_not_matter() -> None:
    good = [DeliveryState.SENDING, DeliveryState.SENT, DeliveryState.DELIVERED, DeliveryState.READ]
    for order in permutations(good):
        state = DeliveryState.QUEUED
        for news in order:
            state = forwards(state, news)
        assert state is DeliveryState.READ


@given(st.lists(STATES, max_size=12))
def test_a_message_never_goes_back(news: list[DeliveryState]) -> None:
    state = DeliveryState.QUEUED
    for one in news:
        after = forwards(state, one)
        assert forwards(after, one) is after
        assert not state.has_arrived or after.has_arrived
        assert not state.is_lost or after is state
        state = after


def test_every_pair_of_states_has_an_answer() -> None:
    for now, news in product(DeliveryState, DeliveryState):
        assert forwards(now, news) in (now, news)


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("Delivered", "delivered"),
        ("accepted", "queued"),
        ("scheduled", "queued"),
        ("canceled", "failed"),
        ("brand_new", "queued"),
    ],
)
def test_twilios_rarer_words_are_read(word: str, state: str) -> None:
    assert DeliveryState.from_twilio(word) == state


@pytest.mark.parametrize("code", DOMAIN_CODES)
def test_every_code_that_kith_can_meet_is_explained(code: int) -> None:
    assert code in known_codes()


@pytest.mark.parametrize("code", known_codes())
def test_an_explanation_is_two_plain_sentences(code: int) -> None:
    meaning = meaning_of(code)

    for text in (meaning.reason, meaning.remedy):
        assert text.endswith(".")
        assert len(text.split()) <= 22
        assert str(code) not in text


@pytest.mark.parametrize(
    ("code", "fault"),
    [(63016, Fault.OUTSIDE_WINDOW), (63014, Fault.OPTED_OUT), (21610, Fault.OPTED_OUT), (20429, Fault.RETRY), (63018, Fault.RETRY),
     (63024, Fault.PERMANENT), (21211, Fault.PERMANENT), (21617, Fault.PERMANENT)],
)  # fmt: skip
def test_a_code_says_what_to_do(code: int, fault: Fault) -> None:
    assert meaning_of(code).fault is fault


def test_an_unknown_code_goes_to_a_person() -> None:
    meaning = meaning_of(99999)

    assert meaning.fault is Fault.PERMANENT
    assert "99999" in meaning.remedy
