"""Every setting, with its unit, its bounds and its meaning. Read from `KITH_*` variables, then `.env`."""

from datetime import timedelta
from functools import cached_property
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BeforeValidator, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from assistant.domain.roles import Role
from assistant.errors import SettingsWrong
from knowledge_base.placeholders import values_of


def in_seconds(value: Any) -> Any:
    """Read a bare number as seconds; leave "P30D" and "0:01:30" to pydantic."""
    if isinstance(value, str):
        try:
            return timedelta(seconds=float(value))
        except ValueError:
            return value
    return value


Span = Annotated[timedelta, BeforeValidator(in_seconds)]
"""A length of time: a number of seconds, or ISO 8601 such as `P30D`."""


class Settings(BaseSettings):
    """All that an operator may set. The defaults run everything on this machine, with nothing else installed."""

    model_config = SettingsConfigDict(env_prefix="KITH_", env_file=".env", extra="ignore")

    persona: str = "Kith"
    """The name by which the assistant speaks of itself."""
    environment: Literal["local", "test", "live"] = "local"
    """`live` refuses to start with demo keys or without Twilio's token."""
    var: Path = Path("var")
    """Folder for the database, the index, the model and keys made on this machine."""
    documents: Path | None = None
    """Folder of guidance documents; empty means the ones that come with Kith."""
    guidance_sites: str = ""
    """Websites that authors may fetch a page from by its address, separated by commas, such as `www.gov.uk,www.nhs.uk`."""
    council: Path | None = None
    """YAML file with the council's name and contacts; empty means the made-up Northmere."""

    database_url: str = ""
    """Empty means SQLite in `var`. For PostgreSQL: `postgresql+psycopg://user:password@host/name`."""
    chroma_url: str = ""
    """Address of a Chroma server that several machines share, such as `http://chroma:8000`; empty means folders in `var`."""
    encryption_keys: SecretStr = SecretStr("")
    """Fernet keys, newest first, separated by commas. Empty outside `live` means a key made in `var`."""
    hash_key: SecretStr = SecretStr("")
    """Key for look-ups of addresses, at least 32 characters. Never changes. Empty outside `live`: made in `var`."""

    public_url: str = "http://127.0.0.1:8000"
    """The address that Twilio signs, with scheme and no trailing slash. Never taken from request headers."""
    twilio_account_sid: str = ""
    """The account, `AC…`. Webhooks of any other account are refused."""
    twilio_auth_token: SecretStr = SecretStr("")
    """Twilio's primary token. Without it every webhook is refused."""
    twilio_auth_token_previous: SecretStr = SecretStr("")
    """The token being rotated out; still accepted."""
    twilio_shared_keys: SecretStr = SecretStr("")
    """Webhook shared keys as `keyid=secret`, separated by commas."""
    twilio_sender: str = ""
    """Our WhatsApp address, such as `whatsapp:+441632960000`."""
    twilio_api_url: str = ""
    """Empty means Twilio itself; the demo and tests point it at the emulator."""
    twilio_reopen_template: str = ""
    """ContentSid (`HX…`) of the approved template for a reply outside the 24-hour window."""
    twilio_reopen_variables: dict[str, str] = {}
    """What fills that template's gaps, as JSON: its number to a name that guidance uses, such as `{"1": "council.name"}`."""
    twilio_feedback_template: str = ""
    """ContentSid (`HX…`) of the message with two quick replies, their ids `thumb_up` and `thumb_down`. Empty: asked in plain words."""
    reply_templates: dict[str, str] = {}
    """Approved templates that staff may send outside the 24-hour window: ContentSid to its text with `{{1}}`, as JSON."""
    sends_per_second: int = Field(default=80, ge=1, le=400)
    """WhatsApp's limit for one sender."""

    alert_targets: SecretStr = SecretStr("")
    """Who is told of every case: apprise addresses such as `mailtos://…`, `workflows://…` (Teams) or `json://…`, with spaces between."""
    staff_mail: SecretStr = SecretStr("")
    """The mail server for e-mails to single members of staff, as an apprise address without a recipient: `mailtos://user:password@host`."""
    approve_before_send: bool = False
    """Whether each answer waits until a person has read it. Safety texts never wait."""
    approve_within: Span = timedelta(minutes=10)
    """How long an answer waits for a person; then the carer gets a fixed holding text."""

    burst_quiet: Span = timedelta(seconds=1.5)
    """How long a carer must be quiet before a burst of messages is answered."""
    burst_most: Span = timedelta(seconds=6)
    """The longest a burst may delay its answer."""
    crisis_delivery_alert: Span = timedelta(minutes=3)
    """A crisis text not delivered within this time raises an alert."""
    disclosure_repeat: Span = timedelta(days=30)
    """After this long the carer is told again that this is an automated assistant."""
    retention_days: int = Field(default=90, ge=1, le=365)
    """Days that a carer's words are kept; the figure that the privacy notice states."""
    turn_attempts: int = Field(default=5, ge=1, le=20)
    """Tries at one turn before it goes to a person as a dead letter."""
    turns_at_once: int = Field(default=512, ge=1)
    """Turns that one process may hold at once, waiting for a burst included."""
    executor_id: str = "kith-1"
    """Stable name of this process. Each process of one installation needs its own."""

    model: str = ""
    """A LangChain chat model as `provider:name`, such as `openai:gpt-4o-mini`. Empty means quote mode."""
    model_base_url: str = ""
    """Address of an OpenAI-compatible server, when it is not the provider's own."""
    model_api_key: SecretStr = SecretStr("")
    """The provider's key for the model."""
    model_timeout: Span = timedelta(seconds=8)
    """After this the answer is quoted from the guidance instead."""
    model_tokens_a_day: int = Field(default=2_000_000, ge=0)
    """Budget of model tokens a day; past it answers are quoted."""
    embedding_model: str = ""
    """Folder of another sentence-transformers model; empty means all-MiniLM-L6-v2."""
    entailment_model: Path | None = None
    """Folder of an ONNX model of entailment (NLI) that may object to drafts too; empty means none. None comes with Kith."""
    names_model: str = ""
    """A spaCy model, by name or folder, that finds names beside our own rules; empty means the rules alone. Install spaCy yourself."""

    staff_idle: Span = timedelta(minutes=15)
    """Staff who do nothing for this long are signed out."""
    staff_longest: Span = timedelta(hours=12)
    """Staff sign in again after this long, however busy they are."""
    staff_fresh: Span = timedelta(minutes=10)
    """For dangerous acts the password must have been given within this time."""
    staff_second_factor: bool = True
    """Whether staff with a password need a code from their phone as well. `live` always asks for it."""
    oidc_issuer: str = ""
    """Single sign-on: the OpenID provider's issuer, such as `https://login.microsoftonline.com/<tenant>/v2.0`."""
    oidc_client_id: str = ""
    """Single sign-on: the identifier under which the provider knows Kith."""
    oidc_client_secret: SecretStr = SecretStr("")
    """Single sign-on: the secret that goes with it."""
    oidc_groups: str = ""
    """Single sign-on: roles by group as `group=role`, separated by commas. Nobody without such a group gets in."""

    audit_key: SecretStr = SecretStr("")
    """Ed25519 key that signs checkpoints of the audit log, 32 bytes in base64. Empty outside `live`: made in `var`."""
    audit_folder: Path | None = None
    """Folder that checkpoints are written to, best on another machine; empty means `audit` in `var`."""
    audit_store_url: str = ""
    """Address of an object store that takes checkpoints by PUT, each under its name; empty means none."""
    audit_mail: SecretStr = SecretStr("")
    """Mailbox of the board as an apprise address, such as `mailtos://user:password@host?to=board@council`; empty means none."""
    audit_mail_every: Span = timedelta(hours=1)
    """How often the newest checkpoint is mailed."""
    governance_policy: Path | None = None
    """YAML file with the rules of the gate and the circuit breaker; empty means the ones that come with Kith."""

    port: int = Field(default=8000, ge=0, le=65535)
    """Where `kith serve` and `kith demo` listen; 0 takes a free port."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    """The least important event that is logged."""

    @field_validator("public_url")
    @classmethod
    def no_trailing_slash(cls, value: str) -> str:
        """Keep the signed address free of a trailing slash, which would change every signature."""
        if not value.startswith(("http://", "https://")):
            raise ValueError("must start with http:// or https://")
        return value.rstrip("/")

    @property
    def database(self) -> str:
        """The SQLAlchemy address in use."""
        return self.database_url or f"sqlite:///{self.var / 'kith.db'}"

    @property
    def shared_keys(self) -> dict[str, str]:
        """Twilio's webhook shared keys: secret by key id."""
        pairs = (pair.partition("=") for pair in self.twilio_shared_keys.get_secret_value().split(",") if pair.strip())
        return {name.strip(): secret.strip() for name, _, secret in pairs}

    @property
    def needs_second_factor(self) -> bool:
        """Whether staff with a password need a second factor."""
        return self.staff_second_factor or self.environment == "live"

    @cached_property
    def roles_by_group(self) -> list[tuple[str, Role]]:
        """The roles that groups of the council's directory give."""
        pairs = [pair.rpartition("=") for pair in self.oidc_groups.split(",") if pair.strip()]
        try:
            return [(group.strip(), Role(role.strip())) for group, _, role in pairs]
        except ValueError as error:
            raise SettingsWrong(
                f"KITH_OIDC_GROUPS: {error}. Write group=role, separated by commas. Roles: {', '.join(Role)}."
            ) from None

    @property
    def trusted_sites(self) -> frozenset[str]:
        """The websites from which guidance may be fetched."""
        return frozenset(one.strip().lower() for one in self.guidance_sites.split(",") if one.strip())

    @property
    def is_sqlite(self) -> bool:
        return self.database.startswith("sqlite")

    @property
    def embedding_source(self) -> Path | None:
        """Folder of another embedding model, or None for the one that comes with Kith."""
        return Path(self.embedding_model) if self.embedding_model else None

    @property
    def documents_folder(self) -> Path:
        return self.documents or Path(str(resources.files("knowledge_base") / "documents"))

    @cached_property
    def council_facts(self) -> dict[str, Any]:
        """The council's name, nation and contacts."""
        file = self.council or Path(str(resources.files("assistant") / "seeds" / "northmere.yaml"))
        try:
            return dict(yaml.safe_load(file.read_text(encoding="utf-8")))
        except (OSError, yaml.YAMLError, TypeError) as error:
            raise SettingsWrong(
                f"KITH_COUNCIL: {file} could not be read as YAML. Copy assistant/seeds/northmere.yaml and edit it."
            ) from error

    @property
    def contacts(self) -> dict[str, dict[str, str]]:
        """The council's approved contacts by short name, such as `carers`."""
        return dict(self.council_facts["contacts"])

    @property
    def guidance_values(self) -> dict[str, str]:
        """What the placeholders in guidance stand for, such as `carers.phone`."""
        values = values_of(self.council_facts)
        return values | {"retention_days": str(self.retention_days), "persona": self.persona}


def load_settings(**given: Any) -> Settings:
    """Read the settings. Raises `SettingsWrong` naming each variable that is wrong, never its value."""
    try:
        return Settings(**given)
    except ValidationError as error:
        wrong = "; ".join(f"KITH_{'_'.join(map(str, e['loc'])).upper()}: {e['msg']}" for e in error.errors())
        raise SettingsWrong(f"Settings cannot be used. {wrong}. The README lists every setting.") from None
