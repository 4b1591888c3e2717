"""Sealing text and addresses at rest, and finding a carer without storing the address in clear."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from assistant.errors import KeyUnfit
from assistant.settings import Settings


@dataclass(frozen=True)
class Keys:
    """Fernet keys (newest first) for sealing, one key that never changes for look-ups."""

    fernet: MultiFernet
    hash_key: bytes
    kept: Path | None = None
    """The file of keys made on this machine, read again when a value opens with none of those read so far."""

    def seal(self, text: str) -> bytes:
        return self.fernet.encrypt(text.encode("utf-8")) if text else b""

    def open(self, sealed: bytes) -> str:
        """Return the text; empty for an erased value. Raises `KeyUnfit` when no key opens it."""
        if not sealed:
            return ""
        try:
            return self._opened(bytes(sealed)).decode("utf-8")
        except InvalidToken:
            raise KeyUnfit(
                "A stored value opens with none of KITH_ENCRYPTION_KEYS. Put the key that sealed it back at the end of the list."
            ) from None

    def _opened(self, sealed: bytes) -> bytes:
        """Open with the keys at hand, or with those that another process has added since."""
        try:
            return self.fernet.decrypt(sealed)
        except InvalidToken:
            if self.kept is None or not self.kept.is_file():
                raise
            object.__setattr__(self, "fernet", _of(self.kept.read_text(encoding="ascii").split()))
            return self.fernet.decrypt(sealed)

    def reseal(self, sealed: bytes) -> bytes:
        """Seal again with the newest key."""
        if not sealed:
            return b""
        self._opened(bytes(sealed))
        return self.fernet.rotate(bytes(sealed))

    def digest(self, text: str) -> str:
        """Return a keyed hash, 64 hexadecimal characters, for look-ups."""
        return hmac.new(self.hash_key, text.encode("utf-8"), hashlib.sha256).hexdigest()


def load_keys(settings: Settings) -> Keys:
    """Read the keys from the settings, or outside `live` make them once in `var`."""
    listed = [key.strip() for key in settings.encryption_keys.get_secret_value().split(",") if key.strip()]
    hash_key = settings.hash_key.get_secret_value()
    if settings.environment == "live" and not (listed and hash_key and settings.audit_key.get_secret_value()):
        raise KeyUnfit(
            "KITH_ENCRYPTION_KEYS, KITH_HASH_KEY and KITH_AUDIT_KEY must be set when KITH_ENVIRONMENT=live. "
            "Make them with: kith privacy new-key, kith audit new-key"
        )
    kept = None if listed else key_file(settings)
    listed = listed or kept_keys(key_file(settings), Fernet.generate_key().decode())
    hash_key = hash_key or kept_keys(settings.var / "keys" / "hash.key", secrets.token_hex(32))[0]
    if len(hash_key) < 32:
        raise KeyUnfit("KITH_HASH_KEY is too short: it needs at least 32 characters.")
    try:
        return Keys(_of(listed), hash_key.encode(), kept)
    except ValueError:
        raise KeyUnfit(
            "KITH_ENCRYPTION_KEYS: each key must be 32 bytes in url-safe base64. Make one with: kith privacy new-key"
        ) from None


def _of(listed: list[str]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in listed])


def kept_keys(file: Path, fresh: str) -> list[str]:
    """Return the keys in `file`, newest first; write `fresh` there when the file is new."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        with file.open("x", encoding="ascii") as made:
            file.chmod(0o600)
            made.write(fresh + "\n")
    except FileExistsError:
        pass
    return file.read_text(encoding="ascii").split()


def key_file(settings: Settings) -> Path:
    """Where keys made on this machine are kept, newest first, one a line."""
    return settings.var / "keys" / "encryption.key"


def add_kept_key(settings: Settings) -> None:
    """Put a fresh key in front of the ones kept in `var`. The old ones still open what they sealed."""
    file = key_file(settings)
    older = kept_keys(file, Fernet.generate_key().decode())
    fresh = file.with_suffix(".new")
    fresh.touch(mode=0o600)
    fresh.write_text("\n".join([Fernet.generate_key().decode(), *older]) + "\n", encoding="ascii")
    fresh.replace(file)
