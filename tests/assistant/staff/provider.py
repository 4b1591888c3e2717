"""A small OpenID provider that runs on this machine: discovery, keys, codes bound to PKCE, and id tokens that can be spoilt."""

import base64
import hashlib
import time
from dataclasses import dataclass, field
from typing import Any

from joserfc import jwt
from joserfc.jwk import KeySet, OctKey, RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

CLIENT, SECRET = "kith-client", "a secret that the provider shares with kith"


@dataclass
class Provider:
    """The provider. `claims` are added to each id token; `asked` holds what the browser came with."""

    issuer: str = ""
    claims: dict[str, Any] = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: dict[str, str] = field(default_factory=dict)
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "1", "use": "sig"}))

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self.discover),
                Route("/keys", self.keys),
                Route("/authorize", self.authorize),
                Route("/token", self.token, methods=["POST"]),
            ]
        )

    async def discover(self, _: Request) -> Response:
        places = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
        return JSONResponse({"issuer": self.issuer} | {name: f"{self.issuer}/{at}" for name, at in places.items()})

    async def keys(self, _: Request) -> Response:
        return JSONResponse(KeySet([self.key]).as_dict(private=False))

    async def authorize(self, request: Request) -> Response:
        self.asked = dict(request.query_params)
        code = f"code-{len(self.codes)}"
        self.codes[code] = self.asked
        back = f"{self.asked['redirect_uri']}?code={code}&state={self.asked['state']}"
        return RedirectResponse(back, 302)

    async def token(self, request: Request) -> Response:
        form, asked = await request.form(), None
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        digest = hashlib.sha256(str(form.get("code_verifier", "")).encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if request.headers.get("authorization") == f"Basic {basic}":
            asked = self.codes.pop(str(form.get("code")), None)
        if asked is None or asked["code_challenge"] != challenge or asked["redirect_uri"] != form.get("redirect_uri"):
            return JSONResponse({"error": "invalid_grant"}, 400)
        signed = self.sign(nonce=asked["nonce"])
        return JSONResponse({"access_token": "a", "token_type": "Bearer", "id_token": signed})

    def sign(self, alg: str = "RS256", key: Any = None, **claims: Any) -> str:
        """Return an id token for our client, with these claims in place of the right ones; None leaves one out."""
        now = int(time.time())
        right = {"iss": self.issuer, "aud": CLIENT, "sub": "person-1", "iat": now, "exp": now + 300, "auth_time": now}
        told = {name: value for name, value in (right | self.claims | claims).items() if value is not None}
        if alg == "none":
            parts = [
                base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in (b'{"alg":"none"}', as_json(told))
            ]
            return ".".join([*parts, ""])
        return jwt.encode({"alg": alg, "kid": "1"}, told, key or self.key, algorithms=[alg])


def as_json(told: dict[str, Any]) -> bytes:
    import json

    return json.dumps(told).encode()


def shared_secret() -> OctKey:
    """Return the client's secret as a key, which an attacker who knows it could sign with."""
    return OctKey.import_key(SECRET)
