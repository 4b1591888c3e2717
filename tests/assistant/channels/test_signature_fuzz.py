"""Ten thousand and more forged requests: not one is accepted."""

import random
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.channels.signature import WebhookRefused, verify
from tests.assistant.channels.forms_at_hand import TOKEN, URL, inbound_fields, signed

BODY, HEADERS = signed(inbound_fields("Mum fell & I can't lift her; what now? £5 😢"))
FIELDS = dict(parse_qsl(BODY.decode(), keep_blank_values=True))
SIGNATURE = HEADERS["X-Twilio-Signature"]
BATCH = 25
"""Mutations tried for each example that hypothesis draws: its own work costs more than ours."""


@dataclass(frozen=True)
class Request:
    """A request that may have been tampered with."""

    url: str = URL
    body: bytes = BODY
    signature: str = SIGNATURE
    content_type: str = HEADERS["Content-Type"]
    method: str = "POST"

    def is_honest(self) -> bool:
        """Say whether it still means what Twilio signed: another spelling of the same bytes is no forgery."""
        try:
            pairs = parse_qsl(self.body.decode(), keep_blank_values=True, strict_parsing=True, errors="strict")
        except ValueError:
            return False
        same_type = self.content_type.lower() == Request.content_type.lower()
        same_words = dict(pairs) == FIELDS and len(pairs) == len(FIELDS)
        return same_words and same_type and (self.url, self.signature, self.method) == (URL, SIGNATURE, "POST")

    def is_accepted(self) -> bool:
        headers = {"X-Twilio-Signature": self.signature, "Content-Type": self.content_type}
        try:
            verify(self.url, self.body, headers, [TOKEN, "the-token-before"], {}, self.method)
        except WebhookRefused:
            return False
        return True


def flipped(data: bytes, bit: int) -> bytes:
    """Return the bytes with one bit turned."""
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << (bit % 8)
    return bytes(changed)


def test_the_untouched_request_is_accepted() -> None:
    assert Request().is_accepted()
    assert Request().is_honest()


def test_no_single_bit_of_the_signature_can_change() -> None:
    for bit in range(8 * len(SIGNATURE)):
        assert not Request(signature=flipped(SIGNATURE.encode(), bit).decode("latin-1")).is_accepted()


def test_no_single_bit_of_the_address_can_change() -> None:
    for bit in range(8 * len(URL)):
        assert not Request(url=flipped(URL.encode(), bit).decode("latin-1")).is_accepted()


def test_no_single_bit_of_the_body_can_change() -> None:
    tried = 0
    for bit in range(8 * len(BODY)):
        forged = Request(body=flipped(BODY, bit))
        if not forged.is_honest():
            tried += 1
            assert not forged.is_accepted()
    assert tried > 7 * len(BODY)


def change_field(dice: random.Random, fields: dict[str, str]) -> dict[str, str]:
    """Change, drop, add, rename or swap fields."""
    name, other = dice.sample(sorted(fields), 2)
    value = fields[name]
    kind = dice.randrange(7)
    if kind == 0:
        return {key: one for key, one in fields.items() if key != name}
    if kind == 1:
        return {**fields, dice.choice(["Extra", "body", "Body ", "A", "~"]): dice.choice(["", "1", value])}
    if kind == 2:
        return {**fields, name: value + dice.choice([" ", "0", "\u200b", "\n", "é"])}
    if kind == 3:
        return {**fields, name: fields[other], other: value}
    if kind == 4:
        return {**fields, name: value[: len(value) // 2]}
    if kind == 5:
        return {(key.lower() if key == name else key): one for key, one in fields.items()}
    return {**fields, name: dice.choice(["", "whatsapp:+447700900999", "2010-04-01", "x" * 5000])}


def tampered(dice: random.Random) -> Request:
    """Make one forged request."""
    kind = dice.randrange(9)
    if kind == 0:
        at = dice.randrange(8 * len(BODY))
        return Request(body=flipped(flipped(BODY, at), dice.randrange(8 * len(BODY))))
    if kind == 1:
        return Request(url=URL + dice.choice(["/", "?", "?a=b", "%20", "#x", "\t", "?" + SIGNATURE, ";x=1", ":443"]))
    if kind == 2:
        return Request(
            url=URL.replace(dice.choice(["https", "kith", "/twilio", "."]), dice.choice(["http", "x", "", "//"]))
        )
    if kind == 3:
        letters = list(SIGNATURE)
        dice.shuffle(letters)
        return Request(
            signature=dice.choice(["".join(letters), SIGNATURE[:-1], SIGNATURE + "=", SIGNATURE.lower(), ""])
        )
    if kind == 4:
        return Request(
            content_type=dice.choice(
                ["text/plain", "", "application/json", "application/x-www-form-urlencoded; charset=utf-7"]
            )
        )
    if kind == 5:
        return Request(method=dice.choice(["GET", "PUT", "PATCH", "HEAD", "DELETE", "OPTIONS", "post"]))
    if kind == 6:
        name = dice.choice(sorted(FIELDS))
        return Request(body=BODY + b"&" + urlencode({name: dice.choice([FIELDS[name], "x"])}).encode())
    if kind == 7:
        charset = dice.choice(["utf-16", "latin-1", "utf-7"])
        return Request(body=urlencode(change_field(dice, FIELDS), encoding=charset, errors="replace").encode())
    return Request(body=urlencode(change_field(dice, FIELDS)).encode())


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(min_value=0, max_value=2**64))
def test_ten_thousand_forgeries_are_refused(seed: int) -> None:
    dice = random.Random(seed)
    for _ in range(BATCH):
        forged = tampered(dice)
        if not forged.is_honest():
            assert not forged.is_accepted(), forged


@pytest.mark.parametrize("sign", ["", TOKEN, "AAAA"])
def test_honest_is_a_fair_judge(sign: str) -> None:
    assert not replace(Request(), signature=sign).is_honest()


@settings(max_examples=300, deadline=None)
@given(
    body=st.binary(max_size=300),
    content_type=st.text(max_size=60),
    signature=st.text(max_size=40),
    url=st.text(max_size=80),
)
def test_noise_is_refused_and_never_breaks_the_check(body: bytes, content_type: str, signature: str, url: str) -> None:
    assert not Request(url, body, signature, content_type).is_accepted()
    assert not Request(body=body).is_accepted()
