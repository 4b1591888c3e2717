"""The register: every rail with its policy, for the service owner, the console and the board."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from rails import crisis_texts, intent, languages, personal_data, policy, reply_check, reply_policy, soft_line, telling
from rails.danger_policy import DangerPolicy
from rails.danger_rules import Rules
from rails.intent import IntentPolicy, IntentRules
from rails.personal_data import Span
from rails.personal_policy import PersonalDataPolicy
from rails.policy import RailPolicy
from rails.screening import NEARNESS
from rails.verdict import Result, Verdict

INPUT_POLICIES: tuple[tuple[str, type[RailPolicy], tuple[str, ...]], ...] = (
    ("danger.yaml", DangerPolicy, ("danger_rules", "danger_classifier")),
    ("crisis_texts.yaml", crisis_texts.CrisisPolicy, ()),
    (soft_line.FILE, soft_line.SoftLinePolicy, (NEARNESS,)),
    ("languages.yaml", languages.LanguagesPolicy, ("other_languages",)),
    ("personal_data.yaml", PersonalDataPolicy, ("personal_data",)),
    ("intent.yaml", IntentPolicy, ("intent",)),
    (telling.FILE, telling.TellingPolicy, (telling.RAIL,)),
)
"""Each file with its shape and the rails whose verdicts it governs."""


class RailUnknown(LookupError):
    """No rail or policy has this name. The message lists those there are."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One policy with the names under which its verdicts are recorded."""

    file: str
    policy: RailPolicy
    rails: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.policy.name

    @property
    def follows_release(self) -> bool:
        """Whether an approved change of its words serves with a release, without new software."""
        return self.file in policy.FOLLOWS_RELEASE


@lru_cache(maxsize=1)
def entries() -> tuple[Entry, ...]:
    """Every policy, input before output.

    Raises:
        PolicyProblem: A file cannot be used; the message names file, line and remedy.
    """
    found = [Entry(file, policy.read(file, kind), rails) for file, kind, rails in INPUT_POLICIES]
    folder = resources.files("rails").joinpath("policy")
    for file in sorted(one.name for one in folder.iterdir() if one.name.startswith("reply_")):
        if file == "reply_words.yaml":
            continue
        read = reply_policy.read(file.removeprefix("reply_").removesuffix(".yaml"))
        more = (reply_check.MENDING_RAIL,) if read.name == "form_is_plain" else ()
        found.append(Entry(file, read, (read.name, *more)))
    return tuple(found)


def entry(name: str) -> Entry:
    """The entry of a policy, or of a rail that it governs."""
    for one in entries():
        if name == one.name or name in one.rails:
            return one
    raise RailUnknown(f"No rail is called {name}. The rails: {', '.join(one.name for one in entries())}.")


def rail_names() -> tuple[str, ...]:
    """Every name under which a verdict may be recorded."""
    return tuple(rail for one in entries() for rail in one.rails)


def checked(file: str, text: str) -> RailPolicy:
    """A changed policy file, checked as it is at start-up.

    Raises:
        PolicyProblem: The text breaks a rule; the message names file, line and remedy.
    """
    shapes = {name: kind for name, kind, _ in INPUT_POLICIES}
    policy.refuse_depth(text, file)
    found = policy.parse(text, file, shapes.get(file, reply_policy.ReplyPolicy))
    if isinstance(found, DangerPolicy):
        Rules(found)
    if isinstance(found, IntentPolicy):
        IntentRules(found)
    return found


def source(file: str) -> str:
    """The policy file as it is written."""
    return resources.files("rails").joinpath("policy", file).read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Tried:
    """What every input rail says of one message, and the message with its personal details masked."""

    verdicts: tuple[Verdict, ...]
    masked: str
    spans: tuple[Span, ...]
    categories: tuple[str, ...]
    urgency: str
    intent: str


def try_message(
    text: str, vectors: Sequence[Sequence[float]] = (), keep: Sequence[str] = (), earlier: Sequence[str] = ()
) -> Tried:
    """Run the input rails on one message, as the live path does. Nothing is kept.

    Args:
        text: What the carer wrote.
        vectors: Unit vectors of the whole text, then of its sentences. Empty when the embedder is down.
        keep: Approved contact numbers, which are not masked.
        earlier: The carer's earlier messages, newest last.
    """
    seen = languages.screen(text, vectors, earlier)
    meant = intent.classify(text, vectors)
    spans = tuple(personal_data.find(text, keep))
    kinds = ", ".join(sorted({span.type for span in spans}))
    masking = (
        Verdict("personal_data", Result.FAIL, f"masked: {kinds}") if spans else Verdict("personal_data", Result.PASS)
    )
    verdicts = (*seen.verdicts, masking, *meant.verdicts)
    return Tried(verdicts, personal_data.mask(text, spans), spans, seen.categories, seen.urgency, str(meant.label))
