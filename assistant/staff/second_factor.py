"""The second factor: six digits from an app on a phone, and recovery codes for a lost phone."""

import base64
import io
import secrets
from datetime import datetime, timedelta

import pyotp

from assistant.errors import KeyUnfit
from assistant.storage.keys import Keys

STEP_SECONDS = 30
DRIFT_STEPS = 1
"""A phone's clock may be this many steps off."""
CODES = 10
LETTERS = "abcdefghjkmnpqrstvwxyz23456789"
"""Without letters and digits that look alike."""
OFFER_LASTS = timedelta(minutes=15)


def fresh_secret() -> str:
    """Return a secret to share with a phone, 160 bits in base32."""
    return str(pyotp.random_base32())


def step_of(secret: str, code: str, last_step: int, now: datetime) -> int | None:
    """Return the time step that a code belongs to; None when it is wrong or was used before."""
    digits = "".join(code.split())
    if not (digits.isascii() and digits.isdigit() and len(digits) == 6):
        return None
    here, totp = int(now.timestamp()) // STEP_SECONDS, pyotp.TOTP(secret)
    for step in range(here - DRIFT_STEPS, here + DRIFT_STEPS + 1):
        if step > last_step and secrets.compare_digest(totp.at(step * STEP_SECONDS), digits):
            return step
    return None


def picture_of(secret: str, email: str, council: str) -> str:
    """Return a QR code that an authenticator app reads, as the address of an image."""
    import segno

    uri = pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=f"Kith {council}")
    drawn = io.BytesIO()
    segno.make(uri, micro=False).save(drawn, kind="svg", scale=4, border=2, light="#ffffff")
    return "data:image/svg+xml;base64," + base64.b64encode(drawn.getvalue()).decode()


def offer(keys: Keys, staff_id: str, secret: str, now: datetime) -> str:
    """Seal a secret that is not confirmed yet, for the form to carry."""
    return keys.seal(f"{staff_id} {int(now.timestamp())} {secret}").decode()


def offered(keys: Keys, staff_id: str, sealed: str, now: datetime) -> str:
    """Return the secret of an offer to this person; empty when it is another's, too old or no offer."""
    try:
        owner, at, secret = keys.open(sealed.encode()).split(" ")
    except (KeyUnfit, ValueError):
        return ""
    is_fresh = timedelta(0) <= now - datetime.fromtimestamp(float(at), now.tzinfo) <= OFFER_LASTS
    return secret if owner == staff_id and is_fresh else ""


def fresh_codes() -> list[str]:
    """Return recovery codes, each 10 letters and digits in two groups (49 bits)."""
    return ["-".join("".join(secrets.choice(LETTERS) for _ in range(5)) for _ in range(2)) for _ in range(CODES)]
