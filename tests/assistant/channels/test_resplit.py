"""A signed form cut into other fields signs the same, so no such cut may ever say something else.

A cut among fields that Kith drops, such as the profile name, may be read: what is read is the same.
"""

import random
from collections.abc import Iterator
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from assistant.channels.emulator.model import Inbound
from assistant.channels.forms import read_inbound, read_status
from assistant.channels.signature import Malformed
from tests.assistant.channels.forms_at_hand import ACCOUNT, CARER, SENDER, TOKEN, URL, fields_of, status_fields

Fields = dict[str, str]

MESSAGES = [
    Inbound(CARER, "I am so tired"),
    Inbound(CARER, "I use DropBox daily. A letter From the council. Ending my life? ButtonX"),
    Inbound(CARER, "CareFirst"),
    Inbound(CARER, "Help!CareFirst2"),
    Inbound(CARER, "Carers Allowance 2026 Claim1 X2y, She is in CareHome"),
    Inbound(CARER, kind="button", title="Yes please", payload="yes", reply_to="SM" + "b" * 32),
    Inbound(CARER, kind="list", title="Breaks", payload="row-1"),
    Inbound(CARER, kind="location"),
    Inbound(CARER, "look", kind="image"),
    Inbound(CARER, kind="contact"),
    Inbound("whatsapp:GB.AbcGoodTime1x", "hello"),
    Inbound(CARER, "yes", profile_name="Jo ReferralX Sam"),
]


def joined(fields: Fields) -> str:
    """Return what Twilio signs after the address."""
    return "".join(name + fields[name] for name in sorted(fields))


def without(fields: Fields, name: str, **more: str) -> Fields:
    return {**{key: value for key, value in fields.items() if key != name}, **more}


def cuts(fields: Fields) -> Iterator[Fields]:
    """Yield every form that moves, drops or adds one boundary between a name and a value."""
    names = sorted(fields)
    for at, name in enumerate(names):
        value = fields[name]
        for following in names[at + 1 : at + 3]:
            gone = [one for one in names[at + 1 :] if one <= following]
            rest = {key: one for key, one in fields.items() if key not in gone}
            yield {**rest, name: value + "".join(one + fields[one] for one in gone)}
        for following in names[at + 1 : at + 2]:
            for k in range(1, len(following)):
                yield {**without(fields, following), name: value + following[:k], following[k:]: fields[following]}
            for k in range(1, min(len(value), 25) + 1):
                yield {**without(fields, following), name: value[:-k], value[-k:] + following: fields[following]}
        for k in range(1, min(len(value), 40) + 1):
            yield {**without(fields, name), name + value[:k]: value[k:]}
        for k in range(1, len(name)):
            yield {**without(fields, name), name[:k]: name[k:] + value}
        for start in range(len(value)):
            for end in range(start + 1, min(start + 30, len(value)) + 1):
                yield {**fields, name: value[:start], value[start:end]: value[end:]}


def random_cut(dice: random.Random, fields: Fields) -> Fields:
    """Move, drop or add one boundary somewhere. The result may sign differently."""
    names = sorted(fields)
    at = dice.randrange(len(names))
    name, following = names[at], names[(at + 1) % len(names)]
    value, kind = fields[name], dice.randrange(4)
    k = dice.randint(0, min(30, len(value)))
    if kind == 0:
        return {**without(fields, following), name: value + following + fields[following]}
    if kind == 1:
        k = dice.randint(0, len(following))
        return {**without(fields, following), name: value + following[:k], following[k:]: fields[following]}
    if kind == 2:
        return {**without(fields, name), name + value[:k]: value[k:]}
    start = dice.randint(0, len(value))
    return {**fields, name: value[:start], value[start : start + k]: value[start + k :]}


def says(cut: Fields, fields: Fields) -> str:
    """Tell what a cut does."""
    try:
        read = read_inbound(cut, ACCOUNT, SENDER)
    except Malformed:
        return "refused"
    return "the same" if read == read_inbound(fields, ACCOUNT, SENDER) else f"something else: {cut}"


def same_signature(cut: Fields, fields: Fields) -> bool:
    return cut != fields and joined(cut) == joined(fields)


@pytest.mark.parametrize("inbound", MESSAGES, ids=lambda one: f"{one.kind}: {one.body or one.title}"[:40])
def test_no_message_can_be_cut_another_way(inbound: Inbound) -> None:
    fields = fields_of(inbound)
    tried = [says(cut, fields) for cut in cuts(fields) if same_signature(cut, fields)]

    assert len(tried) > 100
    assert set(tried) <= {"refused", "the same"}
    assert tried.count("refused") > 0.4 * len(tried)


def test_no_status_can_be_cut_another_way() -> None:
    fields = status_fields(
        "failed", ErrorCode="63016", EventType="UNDELIVERED", ChannelStatusMessage="Out of WindowTime now"
    )
    true = read_status(fields, ACCOUNT, SENDER)
    for cut in cuts(fields):
        if same_signature(cut, fields):
            with suppress(Malformed):
                assert read_status(cut, ACCOUNT, SENDER) == true


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(min_value=0), text=st.text(st.characters(codec="utf-8"), max_size=60))
def test_cuts_upon_cuts_of_any_text_are_refused(seed: int, text: str) -> None:
    """Several boundaries moved at once, in a message of any text."""
    dice, fields = random.Random(seed), fields_of(Inbound(CARER, text))
    for _ in range(10):
        cut = fields
        for _ in range(40):
            moved = random_cut(dice, cut)
            cut = moved if joined(moved) == joined(fields) else cut
        assert says(cut, fields) in ("refused", "the same")


def test_the_gap_is_real() -> None:
    sign = RequestValidator(TOKEN).compute_signature

    assert sign(URL, {"A": "1", "B": "2"}) == sign(URL, {"A": "1B2"})
