"""Read a rail's policy file and check it, so that a slip is named by file, line and remedy before anything is served."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache, wraps
from importlib import resources
from types import MappingProxyType
from typing import Annotated, Any, Literal, TypeVar

import yaml
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Loader(_Base):  # type: ignore[misc]  # the C loader when PyYAML has it
    """Reads `no`, `yes`, `on` and `off` as the words they are: wordings are full of them."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, shape) for tag, shape in found if tag != "tag:yaml.org,2002:bool"]
    for first, found in _Base.yaml_implicit_resolvers.items()
}


class PolicyProblem(Exception):
    """A policy file cannot be used. The message names the file, the line and what to do."""


class Strict(BaseModel):
    """A part of a policy: unknown keys are refused, so a misspelt key never switches a check off in silence."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Examples(Strict):
    """Invented messages that a test holds the rail to."""

    caught: list[str] = Field(min_length=1)
    allowed: list[str] = Field(min_length=1)


def never_a_pass(words: str) -> str:
    """A rail that breaks must never let a thing through unseen."""
    if words.split()[0].strip(".,").lower() in ("pass", "allow", "ignore", "skip", "nothing", "continue"):
        raise ValueError("a rail that breaks may not let anything through: say what keeps the carer safe")
    return words


class RailPolicy(Strict):
    """What every rail says about itself, for the service owner and the board."""

    name: str = Field(pattern=r"^[a-z][a-z_]+$")
    purpose: str = Field(min_length=20)
    owner: str = Field(min_length=3)
    stage: Literal["input", "output"]
    on_fail: str = Field(min_length=3)
    on_error: Annotated[str, AfterValidator(never_a_pass)] = Field(min_length=3)
    approved: str = Field(default="awaiting council sign-off", min_length=3)
    thresholds: dict[str, float] = Field(default_factory=dict)
    wordings: dict[str, str] = Field(default_factory=dict)
    examples: Examples


def split_commas(value: object) -> object:
    """Let a list be written as `one, two, three` over several lines."""
    if isinstance(value, str):
        return [part.strip() for part in value.replace("\n", " ").split(",") if part.strip()]
    return value


PART = re.compile(r"\{([a-z_]+)\}")


def pattern(
    choices: Sequence[str], parts: Mapping[str, str], before: str = "", after: str = "", *, case: bool = False
) -> re.Pattern[str]:
    """Make one pattern out of many, between what must stand before and after each of them.

    Args:
        choices: Regular expressions; `{name}` in them stands for one of the parts.
        parts: Regular expressions by their names, in small letters.
        before: Regular expression of what stands before, and `after` likewise. Parts are not looked for in these.
        after: See `before`.
        case: Whether capitals and small letters are told apart.

    Raises:
        ValueError: A choice names a part that there is none of, or cannot be read.
    """

    def part(named: re.Match[str]) -> str:
        if named[1] not in parts:
            raise ValueError(f"{named[0]} is not defined")
        return parts[named[1]]

    try:
        return re.compile(f"{before}(?:{PART.sub(part, '|'.join(choices))}){after}", 0 if case else re.IGNORECASE)
    except re.error as error:
        raise ValueError(f"a pattern cannot be read ({error})") from error


CommaList = Annotated[list[str], BeforeValidator(split_commas)]

AnyPolicy = TypeVar("AnyPolicy", bound=BaseModel)


FOLLOWS_RELEASE = frozenset(
    {
        "crisis_texts.yaml",
        "danger.yaml",
        "languages.yaml",
        "reply_doses.yaml",
        "reply_harm.yaml",
        "reply_honesty.yaml",
        "reply_privacy.yaml",
        "soft_line.yaml",
    }
)
"""Files whose words and phrases a release may bring along. The others are read once, when a process starts."""
_changes: ContextVar[Mapping[str, str]] = ContextVar("changes", default=MappingProxyType({}))
Built = TypeVar("Built")
Given = TypeVar("Given")
HELD = 8
"""Wordings of one file that are kept ready."""


@contextmanager
def changed(files: Mapping[str, str]) -> Iterator[None]:
    """Within this block, files of `FOLLOWS_RELEASE` read as given here: the words of the release that is answering."""
    token = _changes.set(files)
    try:
        yield
    finally:
        _changes.reset(token)


def under(files: Mapping[str, str], function: Callable[..., Given]) -> Callable[..., Given]:
    """Return a function that runs with these words."""

    @wraps(function)
    def run(*args: object, **named: object) -> Given:
        with changed(files):
            return function(*args, **named)

    return run if files else function


def each(file: str) -> Callable[[Callable[[], Built]], Callable[[], Built]]:
    """Have what is built from a file built once for each wording of it. Each call returns the one that is in force."""

    def decorate(build: Callable[[], Built]) -> Callable[[], Built]:
        @lru_cache(maxsize=HELD)
        def built(_text: str) -> Built:
            return build()

        return lambda: built(_changes.get().get(file, ""))

    return decorate


def read(file: str, kind: type[AnyPolicy]) -> AnyPolicy:
    """Load one file of `rails/policy`, such as `danger.yaml`, as it is in force.

    Raises:
        PolicyProblem: The file is missing, is not YAML, or breaks a rule of `kind`.
    """
    if file in _changes.get():
        return parse(_changes.get()[file], file, kind)
    try:
        text = resources.files("rails").joinpath("policy", file).read_text(encoding="utf-8")
    except FileNotFoundError:
        raise PolicyProblem(f"{file}: no such policy. Put the file into guardrails/rails/policy.") from None
    return parse(text, file, kind)


DEEPEST = 20
"""Lists within lists. The compiled reader goes down one step of its stack for each, and ends the process where there are too many."""


def refuse_depth(text: str, file: str) -> None:
    """Refuse a text that would take the reader down, before it is read. For what people write; what ships is not so.

    Raises:
        PolicyProblem: Too many lists stand within lists, or the text is no YAML.
    """
    depth = 0
    try:
        for event in yaml.parse(text, Loader=Loader):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > DEEPEST:
                mark: Any = event.start_mark
                raise PolicyProblem(
                    f"{file}, line {mark.line + 1}: more than {DEEPEST} lists within lists. Take brackets or dashes away, or put the words into quotes."
                )
    except yaml.MarkedYAMLError as error:
        raise PolicyProblem(_not_yaml(error, file)) from error


def _not_yaml(error: yaml.MarkedYAMLError, file: str) -> str:
    line = error.problem_mark.line + 1 if error.problem_mark else 1
    return f"{file}, line {line}: not valid YAML ({error.problem}). Check the indent and quotes of this line."


def parse(text: str, file: str, kind: type[AnyPolicy]) -> AnyPolicy:
    """Turn policy text into a checked policy. `file` is only used to name the place of a slip."""
    try:
        data = yaml.load(text, Loader=Loader)
    except yaml.MarkedYAMLError as error:
        raise PolicyProblem(_not_yaml(error, file)) from error
    if not isinstance(data, Mapping):
        raise PolicyProblem(f"{file}, line 1: expected `key: value` lines. Start from one of the other policies.")
    try:
        return kind.model_validate(data)
    except ValidationError as error:
        raise PolicyProblem("\n".join(_problems(error, text, file))) from error


def _problems(error: ValidationError, text: str, file: str) -> list[str]:
    root = yaml.compose(text, Loader=Loader)
    return [
        f"{file}, line {_line(root, one['loc'])}: {'.'.join(str(part) for part in one['loc'])}: {one['msg']}. "
        f"{REMEDY.get(one['type'], 'Correct the value on this line.')}"
        for one in error.errors()
    ]


REMEDY = {
    "missing": "Add this key here.",
    "extra_forbidden": "Remove this key, or correct its spelling.",
    "literal_error": "Use one of the values listed.",
    "string_too_short": "Write it out in full.",
}


def _line(node: Any, path: tuple[int | str, ...]) -> int:
    """The line (from 1) of the deepest part of `path` that stands in the file."""
    line: int = node.start_mark.line + 1
    for part in path:
        child = _child(node, part)
        if child is None:
            return line
        line, node = child
    return line


def _child(node: Any, part: int | str) -> tuple[int, Any] | None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if str(key.value) == str(part):
                return key.start_mark.line + 1, value
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        return node.value[part].start_mark.line + 1, node.value[part]
    return None
