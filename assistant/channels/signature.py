"""Proof that a webhook came from Twilio, checked before anything in it is believed.

The signed address is the configured public address, the path and the query exactly as received. The `Host`
and `X-Forwarded-*` headers are never read. The checks run cheapest first: a secret exists, the
body is small and well formed, and only then the HMAC, computed by Twilio's own `RequestValidator`.
"""

import hmac
import re
from collections.abc import Mapping, Sequence
from urllib.parse import parse_qsl

from twilio.request_validator import HMAC_SHA1, HMAC_SHA256, RequestValidator

from assistant.errors import KithError

MAX_BODY_BYTES = 64 * 1024
"""Bytes of body that are read. Twilio's longest form, with 4,096 characters of text, is under 50 KiB."""
MAX_FIELDS = 100
SIGNATURE = "x-twilio-signature"
SIGNATURE_SETTINGS = "x-twilio-webhooks-signature-settings"
FORM = re.compile(r'application/x-www-form-urlencoded(?:\s*;\s*charset="?utf-8"?)?\s*', re.IGNORECASE)
ENCODED = re.compile(rb"(?:[!-$&-:<-~]|%[0-9A-Fa-f]{2})*")
"""Visible ASCII without `;`, and complete percent codes: a body has one reading only."""
ADDRESS = re.compile(
    r"(?P<start>https?://(?:[^/?#\s:@\[\]]+|\[[0-9a-fA-F:]+\]))(?::(?P<port>\d{1,5}))?(?P<rest>[/?][!\"$-~]*)?"
)
"""A web address without user name and fragment."""
PORTS = {"https": "443", "http": "80"}


class WebhookRefused(KithError):
    """A webhook was not believed. Its message never quotes what was sent."""

    status_code = 400


class Forged(WebhookRefused):
    """The signature is missing or does not match, so the request did not come from our Twilio account."""

    status_code = 403


class Malformed(WebhookRefused):
    """The request does not have the form that Twilio sends."""


class TooLarge(WebhookRefused):
    """The body is larger than any message that Twilio sends."""

    status_code = 413


def signed_url(public_url: str, path: str, query: bytes = b"") -> str:
    """Return the address that Twilio signed: ours by configuration, and the query as received."""
    return f"{public_url}{path}?{query.decode('latin-1')}" if query else f"{public_url}{path}"


def verify(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    tokens: Sequence[str],
    shared_keys: Mapping[str, str],
    method: str = "POST",
) -> dict[str, str]:
    """Return the form's fields when Twilio signed them.

    Args:
        url: What `signed_url` gives.
        body: The raw body, undecoded.
        headers: Request headers in any case. A repeated one that matters is refused.
        tokens: Auth tokens, the primary and while rotating the one before. Empty ones are dropped.
        shared_keys: Secrets of Twilio's webhook shared keys by key id. They never stand in for a token.
        method: The HTTP method; only POST is read.

    Raises:
        Forged: No secret is configured, or none of them gives this signature.
        Malformed: The body, its type or its encoding is not what Twilio sends.
        TooLarge: The body is over `MAX_BODY_BYTES`.
    """
    given = _once_each(headers)
    signature = given.get(SIGNATURE, "")
    if not signature:
        raise Forged(
            "The webhook has no X-Twilio-Signature header, so it is refused. Only Twilio may call this address."
        )
    secrets, algorithm = _secrets(given.get(SIGNATURE_SETTINGS), tokens, shared_keys)
    fields = _read_body(method, body, given.get("content-type", ""))
    if not _matches(_spellings(url), fields, signature, secrets, algorithm):
        raise Forged(
            "The webhook's signature does not match. If Twilio sent it, check that KITH_TWILIO_AUTH_TOKEN is the primary "
            "token of the account and that KITH_PUBLIC_URL is exactly the address set in Twilio."
        )
    return fields


def _once_each(headers: Mapping[str, str]) -> dict[str, str]:
    """Lower the names. A second signature or content type could be read two ways, so it is refused."""
    found: dict[str, str] = {}
    for name, value in headers.items():
        low = name.lower()
        if low in found and low in (SIGNATURE, SIGNATURE_SETTINGS, "content-type"):
            raise Malformed(f"The webhook has the header {low} twice. Twilio sends it once.")
        found[low] = value
    return found


def _secrets(settings: str | None, tokens: Sequence[str], shared_keys: Mapping[str, str]) -> tuple[list[str], str]:
    """Choose the secrets and the algorithm. A named shared key is the only one tried: no way back to a token."""
    if settings is None:
        kept = [token for token in tokens if token]
        if not kept:
            raise Forged("No Twilio auth token is configured, so every webhook is refused. Set KITH_TWILIO_AUTH_TOKEN.")
        return kept, HMAC_SHA1
    parts = [part.partition("=") for part in settings.split(",")]
    named = {name.strip(): value.strip() for name, _, value in parts}
    secret, algorithm = shared_keys.get(named.get("key", ""), ""), named.get("algorithm", "").upper()
    if len(named) < len(parts) or not secret or algorithm not in (HMAC_SHA1, HMAC_SHA256):
        raise Forged(
            "The webhook names a shared key or an algorithm that is not configured. "
            "Add the key to KITH_TWILIO_SHARED_KEYS as keyid=secret, or change the webhook's signature setting in Twilio."
        )
    return [secret], algorithm


def _read_body(method: str, body: bytes, content_type: str) -> dict[str, str]:
    """Decode a form that has exactly one reading."""
    if len(body) > MAX_BODY_BYTES:
        raise TooLarge(f"The webhook's body is over {MAX_BODY_BYTES // 1024} KiB. Twilio's messages are smaller.")
    if method != "POST" or not FORM.fullmatch(content_type):
        raise Malformed("The webhook is not a posted form in UTF-8. Set the webhook's method to HTTP POST in Twilio.")
    if not body or not ENCODED.fullmatch(body):
        raise Malformed("The webhook's body is not a percent-encoded form with & between its fields.")
    try:
        pairs = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=True,
            errors="strict",
            max_num_fields=MAX_FIELDS,
        )
    except ValueError:
        # Not chained: the original message quotes the body.
        raise Malformed(f"The webhook's body is no form of at most {MAX_FIELDS} fields in valid UTF-8.") from None
    fields = dict(pairs)
    if len(fields) < len(pairs):
        raise Malformed("The webhook's body has a field twice. Twilio sends each field once.")
    return fields


def _spellings(url: str) -> tuple[str, ...]:
    """Return the address with and without its port: Twilio's own servers are not consistent about it."""
    found = ADDRESS.fullmatch(url)
    if not found:
        raise Malformed("The address called is not a plain http or https address. Check KITH_PUBLIC_URL.")
    start, port, rest = found["start"], found["port"], found["rest"] or ""
    other = "" if port else ":" + PORTS[start.partition(":")[0]]
    return url, f"{start}{other}{rest}"


def _matches(
    urls: Sequence[str], fields: dict[str, str], signature: str, secrets: Sequence[str], algorithm: str
) -> bool:
    """Compare in constant time, without stopping at the first that fits."""
    given, matched = signature.encode("utf-8", "replace"), False
    signed = "".join(name + fields[name] for name in sorted(fields))  # once, not for each secret and spelling
    for secret in secrets:
        validator = RequestValidator(secret)
        for url in urls:
            expected = str(validator.compute_signature(url + signed, {}, algorithm)).encode("ascii")
            matched |= hmac.compare_digest(expected, given)
    return matched
