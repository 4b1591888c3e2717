"""Single sign-on by OpenID Connect: code flow with PKCE, state and nonce; groups of the council's directory give the roles."""

import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx
import structlog

from assistant.domain.roles import Role
from assistant.errors import SettingsWrong, StaffWrong
from assistant.settings import Settings

log = structlog.get_logger()
BACK = "/sign-in/single/back"
SIGNED_WITH = ["RS256", "PS256", "ES256"]
"""Only keys whose private half the provider alone holds; never `none`, never a shared secret."""
SECONDS = 5.0
CLOCKS_APART = 60
"""Seconds that the provider's clock may differ from ours."""
KEPT_SECONDS = 3600
DOWN = "Your council's sign-in service does not answer. Try again in a minute, or ask whoever looks after accounts."
REFUSED = "Your council's sign-in service sent an answer that cannot be trusted. Start again from the sign-in page."


@dataclass(frozen=True, slots=True)
class Attempt:
    """What must come back, or fit what comes back, from the provider. Kept sealed in the browser meanwhile."""

    state: str
    nonce: str
    verifier: str
    onward: str
    again: bool

    @classmethod
    def new(cls, onward: str, again: bool) -> "Attempt":
        return cls(secrets.token_urlsafe(24), secrets.token_urlsafe(24), secrets.token_urlsafe(48), onward, again)


@dataclass(frozen=True, slots=True)
class Identity:
    """Whom the provider vouches for. `proved_at` is when they last showed who they are, in seconds; 0 is not known."""

    subject: str
    email: str
    name: str
    roles: frozenset[Role]
    proved_at: int


class SingleSignOn:
    """Speaks with one OpenID provider. Its metadata and keys are read when needed and kept for an hour."""

    def __init__(self, settings: Settings) -> None:
        if not (settings.oidc_client_id and settings.roles_by_group and is_safe(settings.oidc_issuer)):
            raise SettingsWrong(
                "Single sign-on is half set up. KITH_OIDC_ISSUER must start with https://, and KITH_OIDC_CLIENT_ID and "
                "KITH_OIDC_GROUPS must be set too."
            )
        self._settings = settings
        self._metadata: dict[str, Any] = {}
        self._keys: Any = None
        self._read_at = 0.0

    async def begin(self, attempt: Attempt) -> str:
        """Return the provider's address to send the browser to."""
        metadata, more = await self.provider(), {}
        if attempt.again:
            more = {"prompt": "login", "max_age": "0"}
        async with self._client() as client:
            address, _ = client.create_authorization_url(
                metadata["authorization_endpoint"],
                state=attempt.state,
                nonce=attempt.nonce,
                code_verifier=attempt.verifier,
                **more,
            )
        return str(address)

    async def finish(self, attempt: Attempt, query: Mapping[str, str]) -> Identity:
        """Return who came back. Raises `StaffWrong` for anything that does not fit the attempt."""
        metadata = await self.provider()
        if not secrets.compare_digest(query.get("state", "").encode(), attempt.state.encode()):
            raise refused("state")
        if query.get("iss", self._settings.oidc_issuer) != self._settings.oidc_issuer or not query.get("code"):
            raise refused("answer")
        claims = await self.claims_of(await self._redeem(metadata, query["code"], attempt.verifier), attempt)
        return identity_of(claims, self._settings)

    async def _redeem(self, metadata: Mapping[str, Any], code: str, verifier: str) -> str:
        from authlib.integrations.base_client import OAuthError

        try:
            async with self._client() as client:
                answer = await client.fetch_token(metadata["token_endpoint"], code=code, code_verifier=verifier)
            return str(answer["id_token"])
        except (OAuthError, KeyError, ValueError):
            raise refused("code") from None
        except httpx.HTTPError as error:
            raise down(error) from None

    async def claims_of(self, id_token: str, attempt: Attempt) -> dict[str, Any]:
        """Return the claims of an id token that the provider signed for us, now, for this attempt."""
        from joserfc import jwt
        from joserfc.errors import JoseError

        await self.provider()
        wanted = jwt.JWTClaimsRegistry(
            leeway=CLOCKS_APART,
            iss={"essential": True, "value": self._settings.oidc_issuer},
            aud={"essential": True, "value": self._settings.oidc_client_id},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
            nonce={"essential": True, "value": attempt.nonce},
        )
        try:
            token = jwt.decode(id_token, self._keys, algorithms=SIGNED_WITH)
            wanted.validate(token.claims)
        except (JoseError, ValueError, TypeError):
            raise refused("id_token") from None
        claims = dict(token.claims)
        if (
            isinstance(claims["aud"], list)
            and len(claims["aud"]) > 1
            and claims.get("azp") != self._settings.oidc_client_id
        ):
            raise refused("azp")
        if attempt.again and time.time() - int(claims.get("auth_time", 0)) > CLOCKS_APART * 5:
            raise refused("auth_time")
        return claims

    async def provider(self) -> dict[str, Any]:
        """Return the provider's metadata, with its keys read too."""
        if self._metadata and time.monotonic() - self._read_at < KEPT_SECONDS:
            return self._metadata
        from joserfc.errors import JoseError
        from joserfc.jwk import KeySet

        issuer = self._settings.oidc_issuer
        try:
            async with httpx.AsyncClient(timeout=SECONDS, trust_env=False) as client:
                found = await client.get(issuer.rstrip("/") + "/.well-known/openid-configuration")
                metadata = dict(found.raise_for_status().json())
                if metadata["issuer"] != issuer or not all(is_safe(metadata[name]) for name in ENDPOINTS):
                    raise refused("metadata")
                keys = (await client.get(metadata["jwks_uri"])).raise_for_status().json()
            self._keys = KeySet.import_key_set(
                {"keys": [key for key in keys["keys"] if key.get("use", "sig") == "sig"]}
            )
        except (httpx.HTTPError, JoseError, KeyError, ValueError, TypeError) as error:
            raise down(error) from None
        self._metadata, self._read_at = metadata, time.monotonic()
        return metadata

    def _client(self) -> Any:
        from authlib.integrations.httpx_client import AsyncOAuth2Client

        settings = self._settings
        return AsyncOAuth2Client(
            settings.oidc_client_id,
            settings.oidc_client_secret.get_secret_value(),
            redirect_uri=settings.public_url + BACK,
            scope="openid profile email",
            code_challenge_method="S256",
            timeout=SECONDS,
            trust_env=False,
        )


ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")


def is_safe(address: str) -> bool:
    """Say whether an address of the provider may be used: HTTPS, or this machine itself for trying out."""
    parts = urlsplit(address)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost"))


def identity_of(claims: Mapping[str, Any], settings: Settings) -> Identity:
    """Return whom the claims name, with the roles that their groups give. Raises when that is nobody for Kith."""
    if "groups" in claims.get("_claim_names", {}):
        raise StaffWrong(
            "You are in too many groups for the directory to list. Whoever looks after it must send only the groups "
            "that are assigned to Kith."
        )
    groups = {str(group) for name in ("groups", "roles") for group in listed(claims.get(name))}
    roles = frozenset(role for group, role in settings.roles_by_group if group in groups)
    if not roles:
        raise StaffWrong("You are signed in to your council, but in no group that may use Kith. Ask an administrator.")
    email = str(claims.get("email") or claims.get("preferred_username") or "").strip().lower()
    if "@" not in email:
        raise StaffWrong("The directory did not send your e-mail address. Whoever looks after it must add that claim.")
    name = " ".join(str(claims.get("name") or email.partition("@")[0]).split())[:80]
    return Identity(f"{claims['iss']}|{claims['sub']}", email, name, roles, int(claims.get("auth_time", 0)))


def listed(value: Any) -> list[Any]:
    """Return a claim's values: a directory with one group may send it bare."""
    return value if isinstance(value, list) else [value] if isinstance(value, str) else []


def refused(what: str) -> StaffWrong:
    """Return the error for an answer that does not fit; the log names the part, never its value."""
    log.warning("single_sign_on_refused", reason=what)
    return StaffWrong(REFUSED)


def down(error: Exception) -> StaffWrong:
    """Return the error for a provider that cannot be asked."""
    log.warning("single_sign_on_down", error=type(error).__name__)
    return StaffWrong(DOWN)
