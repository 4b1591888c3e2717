"""Only Twilio's own requests are believed: tokens, shared keys, addresses and bodies."""

from urllib.parse import urlencode

import pytest
from twilio.request_validator import HMAC_SHA1, HMAC_SHA256, RequestValidator

from assistant.channels.signature import (
    MAX_BODY_BYTES,
    MAX_FIELDS,
    Forged,
    Malformed,
    TooLarge,
    WebhookRefused,
    signed_url,
    verify,
)
from tests.assistant.channels.forms_at_hand import FORM_TYPE, TOKEN, URL, inbound_fields, signed

KEY_ID, SECRET = "webhooks_sharedkey_01ABC", "a-shared-secret"


def test_a_signed_form_comes_back_field_for_field() -> None:
    fields = inbound_fields("Mum fell & I can't lift her; what now? £5 + 50% 😢")
    body, headers = signed(fields)

    assert verify(URL, body, headers, [TOKEN], {}) == fields


@pytest.mark.parametrize(
    "tokens", [pytest.param([TOKEN, "old"], id="new first"), pytest.param(["old", TOKEN], id="new last")]
)
def test_both_tokens_count_while_one_is_rotated_out(tokens: list[str]) -> None:
    for token in tokens:
        body, headers = signed(inbound_fields(), token=token)
        assert verify(URL, body, headers, tokens, {})


@pytest.mark.parametrize(
    "tokens", [pytest.param([], id="none"), pytest.param([""], id="empty"), pytest.param(["", ""], id="two empty ones")]
)
def test_without_a_token_everything_is_refused(tokens: list[str]) -> None:
    for token in (TOKEN, ""):
        body, headers = signed(inbound_fields(), token=token)
        with pytest.raises(Forged, match="KITH_TWILIO_AUTH_TOKEN"):
            verify(URL, body, headers, tokens, {})


def test_another_token_is_refused_without_saying_what_was_sent() -> None:
    fields = inbound_fields("my name is Margaret")
    body, headers = signed(fields, token="somebody-else's")

    with pytest.raises(Forged) as refusal:
        verify(URL, body, headers, [TOKEN], {})

    assert refusal.value.status_code == 403
    assert not any(value in str(refusal.value) for value in ("Margaret", fields["From"], headers["X-Twilio-Signature"]))


def with_shared_key(algorithm: str, key_id: str = KEY_ID, secret: str = SECRET) -> tuple[bytes, dict[str, str]]:
    fields = inbound_fields()
    body, headers = signed(fields)
    headers["X-Twilio-Signature"] = RequestValidator(secret).compute_signature(URL, fields, algorithm)
    headers["X-Twilio-Webhooks-Signature-Settings"] = f"key={key_id},algorithm={algorithm}"
    return body, headers


@pytest.mark.parametrize("algorithm", [HMAC_SHA1, HMAC_SHA256])
def test_a_named_shared_key_counts(algorithm: str) -> None:
    body, headers = with_shared_key(algorithm)

    assert verify(URL, body, headers, [TOKEN], {KEY_ID: SECRET})
    assert verify(URL, body, headers, [], {KEY_ID: SECRET})


@pytest.mark.parametrize(
    "settings",
    [
        pytest.param(f"key={KEY_ID}", id="no algorithm, which would mean SHA-1"),
        pytest.param(f"key={KEY_ID},algorithm=", id="empty algorithm"),
        pytest.param(f"key={KEY_ID},algorithm=HMAC_SHA1", id="weaker algorithm than signed with"),
        pytest.param(f"key={KEY_ID},algorithm=HMAC_MD5", id="unknown algorithm"),
        pytest.param("key=another,algorithm=HMAC_SHA256", id="unknown key"),
        pytest.param("algorithm=HMAC_SHA256", id="no key"),
        pytest.param("", id="empty"),
        pytest.param(f"key=x,key={KEY_ID},algorithm=HMAC_SHA256", id="two keys"),
    ],
)
def test_a_shared_key_is_never_weakened_or_swapped(settings: str) -> None:
    body, headers = with_shared_key(HMAC_SHA256)
    headers["X-Twilio-Webhooks-Signature-Settings"] = settings

    with pytest.raises(Forged):
        verify(URL, body, headers, [TOKEN], {KEY_ID: SECRET})


def test_a_shared_secret_is_no_auth_token_and_a_token_is_no_shared_secret() -> None:
    body, headers = signed(inbound_fields(), token=SECRET)
    with pytest.raises(Forged):
        verify(URL, body, headers, [TOKEN], {KEY_ID: SECRET})

    body, headers = with_shared_key(HMAC_SHA1, secret=TOKEN)
    with pytest.raises(Forged):
        verify(URL, body, headers, [TOKEN], {KEY_ID: SECRET})


def test_an_empty_shared_secret_opens_nothing() -> None:
    body, headers = with_shared_key(HMAC_SHA256, secret="")

    with pytest.raises(Forged):
        verify(URL, body, headers, [TOKEN], {KEY_ID: ""})


@pytest.mark.parametrize(
    ("ours", "signed_as"),
    [
        ("https://kith.example/in", "https://kith.example:443/in"),
        ("https://kith.example:443/in", "https://kith.example/in"),
        ("http://kith.example/in", "http://kith.example:80/in"),
        ("https://kith.example:8443/in", "https://kith.example/in"),
        ("https://kith.example/council/in", "https://kith.example/council/in"),
        ("https://kith.example/in/", "https://kith.example/in/"),
        ("https://kith.example/in?a=1&b=%20x", "https://kith.example/in?a=1&b=%20x"),
        ("http://127.0.0.1:8000/in", "http://127.0.0.1:8000/in"),
        ("http://[::1]:8000/in", "http://[::1]:8000/in"),
        ("https://kith.example/in?next=https://x.example:1/", "https://kith.example:443/in?next=https://x.example:1/"),
    ],
)
def test_the_same_address_counts_with_or_without_its_port(ours: str, signed_as: str) -> None:
    body, headers = signed(inbound_fields(), url=signed_as)

    assert verify(ours, body, headers, [TOKEN], {})


@pytest.mark.parametrize(
    "url",
    [
        "http://kith.northmere.example/twilio/inbound",
        "https://kith.northmere.example/twilio/inbound/",
        "https://kith.northmere.example/twilio/inbound?",
        "https://kith.northmere.example/twilio/inbound?a=1",
        "https://kith.northmere.example/Twilio/inbound",
        "https://evil.example/twilio/inbound",
        "https://kith.northmere.example\t/twilio/inbound",
        "https://kith.northmere.example/twilio/inbound#part",
        "https://user@kith.northmere.example/twilio/inbound",
        "",
    ],
)
def test_another_address_is_refused(url: str) -> None:
    body, headers = signed(inbound_fields())

    with pytest.raises(WebhookRefused):
        verify(url, body, headers, [TOKEN], {})


@pytest.mark.parametrize(
    "name", ["Host", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-Port", "X-Original-URL", "Forwarded"]
)
def test_headers_about_the_address_change_nothing(name: str) -> None:
    body, headers = signed(inbound_fields())
    forged_body, forged = signed(inbound_fields(), url="https://evil.example/twilio/inbound")

    assert verify(URL, body, {**headers, name: "evil.example"}, [TOKEN], {})
    with pytest.raises(Forged):
        verify(URL, forged_body, {**forged, name: "evil.example"}, [TOKEN], {})


def test_the_signed_address_is_the_configured_one_and_the_raw_query() -> None:
    assert signed_url("https://kith.example", "/in") == "https://kith.example/in"
    assert (
        signed_url("https://kith.example/council", "/in", b"b=%20x&a=1") == "https://kith.example/council/in?b=%20x&a=1"
    )


def refused(body: bytes, content_type: str = FORM_TYPE, method: str = "POST") -> WebhookRefused:
    """Refuse a body before its signature is looked at."""
    headers = {"X-Twilio-Signature": "x", "Content-Type": content_type}
    with pytest.raises(WebhookRefused) as refusal:
        verify(URL, body, headers, [TOKEN], {}, method)
    return refusal.value


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"A=1;B=2", id="semicolon between fields"),
        pytest.param(b"A=1&B=2;C=3", id="semicolon in a value"),
        pytest.param(b"A=1&A=2", id="a field twice"),
        pytest.param(b"A=1&%41=2", id="a field twice, once in percent codes"),
        pytest.param(b"A", id="no equals sign"),
        pytest.param(b"A=1&&B=2", id="empty field"),
        pytest.param(b"A=1&", id="ends with a separator"),
        pytest.param(b"A=%FF", id="not UTF-8"),
        pytest.param(b"A=%ED%A0%80", id="a lone surrogate"),
        pytest.param(b"A=%C0%80", id="an overlong zero"),
        pytest.param(b"A=%4", id="half a percent code"),
        pytest.param(b"A=%zz", id="no percent code"),
        pytest.param("A=é".encode(), id="raw UTF-8"),
        pytest.param(b"A=1\nB=2", id="line end"),
        pytest.param(b"A=1 2", id="space"),
        pytest.param(b"A=\x00", id="zero byte"),
        pytest.param(b"", id="empty"),
        pytest.param(b"&".join(b"F%d=1" % n for n in range(MAX_FIELDS + 1)), id="too many fields"),
        pytest.param(b'{"A": 1}', id="JSON"),
    ],
)
def test_a_body_with_more_than_one_reading_is_malformed(body: bytes) -> None:
    assert isinstance(refused(body), Malformed)


@pytest.mark.parametrize(
    "content_type",
    [
        "", "application/json", "multipart/form-data; boundary=x", "text/plain",
        "application/x-www-form-urlencoded; charset=utf-16", "application/x-www-form-urlencoded; charset=iso-8859-1",
        "application/x-www-form-urlencoded, application/json", "application/x-www-form-urlencodedx",
    ],
)  # fmt: skip
def test_another_content_type_is_malformed(content_type: str) -> None:
    assert isinstance(refused(b"A=1", content_type), Malformed)


@pytest.mark.parametrize("method", ["GET", "PUT", "post", "HEAD", ""])
def test_another_method_is_malformed(method: str) -> None:
    assert isinstance(refused(b"A=1", method=method), Malformed)


@pytest.mark.parametrize(
    "content_type", ["application/x-www-form-urlencoded", "Application/X-WWW-Form-Urlencoded;charset=utf-8"]
)
def test_a_form_may_name_its_charset_or_not(content_type: str) -> None:
    body, headers = signed(inbound_fields())

    assert verify(URL, body, {**headers, "Content-Type": content_type}, [TOKEN], {})


def test_the_largest_body_counts_and_one_byte_more_does_not() -> None:
    fields = {"A": "x" * (MAX_BODY_BYTES - 2)}
    body, headers = signed(fields)

    assert verify(URL, body, headers, [TOKEN], {}) == fields
    assert isinstance(refused(body + b"x"), TooLarge)
    assert refused(body + b"x").status_code == 413


def test_as_many_fields_as_allowed_count() -> None:
    fields = {f"F{n}": "1" for n in range(MAX_FIELDS)}
    body, headers = signed(fields)

    assert verify(URL, body, headers, [TOKEN], {}) == fields


class TwoOfOne(dict[str, str]):
    """Headers that hold one name twice, as a server hands them over."""

    def __init__(self, pairs: list[tuple[str, str]]) -> None:
        super().__init__(pairs)
        self.pairs = pairs

    def items(self) -> list[tuple[str, str]]:  # type: ignore[override]
        return self.pairs


@pytest.mark.parametrize("name", ["X-Twilio-Signature", "Content-Type", "X-Twilio-Webhooks-Signature-Settings"])
def test_a_header_that_matters_may_come_once_only(name: str) -> None:
    body, headers = signed(inbound_fields())
    pairs = [*headers.items(), (name, headers.get(name, "x")), (name.lower(), "x")]

    with pytest.raises(Malformed, match="twice"):
        verify(URL, body, TwoOfOne(pairs), [TOKEN], {})


@pytest.mark.parametrize("signature", ["", " ", "x", "é" * 28, "A" * 28, "\x00"])
def test_an_odd_signature_is_forged_and_never_an_error(signature: str) -> None:
    body, headers = signed(inbound_fields())

    with pytest.raises(Forged):
        verify(URL, body, {**headers, "X-Twilio-Signature": signature}, [TOKEN], {})


def test_the_order_of_fields_does_not_matter() -> None:
    fields = inbound_fields()
    _, headers = signed(fields)
    turned = urlencode(dict(reversed(fields.items()))).encode()

    assert verify(URL, turned, headers, [TOKEN], {}) == fields
