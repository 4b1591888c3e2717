"""What each register holds, read from `registers.yaml`. Pages, files in and out, checks and history all follow it."""

from datetime import date
from functools import cache
from importlib import resources
from typing import Any, Literal
from urllib.parse import urlsplit

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from assistant.errors import KithError
from governance.measures.limits import LIMIT, is_figure

Kind = Literal["text", "long", "choice", "choices", "day", "number", "link", "yes_no", "role", "measure", "limit"]
LONGEST = {"text": 300, "long": 8000, "link": 500}
"""Characters that a field of this kind may hold."""
Values = dict[str, Any]
Errors = dict[str, str]


class RegistersWrong(KithError):
    """The file of registers cannot be used."""


class FieldOf(BaseModel):
    """One field of a register."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    label: str
    kind: Kind = "text"
    help: str = ""
    required: bool = False
    choices: dict[str, str] = Field(default_factory=dict)
    """What is stored, and what a person reads."""
    low: int = 0
    high: int = 1_000_000

    @model_validator(mode="after")
    def choices_fit(self) -> "FieldOf":
        """A choice without choices, or the reverse, is a slip in the file."""
        if (self.kind in ("choice", "choices")) != bool(self.choices):
            raise ValueError(f"field {self.name}: `choices` belong to kinds choice and choices, and to no other.")
        return self

    def read(self, raw: Any) -> Any:
        """Return the value to store. Raises `ValueError` with words for the person who typed it."""
        if self.kind == "choices":
            return self._several(raw)
        text = str("" if raw is None else raw).strip()
        if not text:
            if self.required:
                raise ValueError(f"Fill in: {self.label}.")
            return None
        return READ[self.kind](self, text)

    def _several(self, raw: Any) -> list[str]:
        picked = [one.strip() for one in (raw.split(";") if isinstance(raw, str) else raw or ())]
        picked = [one for one in picked if one]
        wrong = [one for one in picked if one not in self.choices]
        if wrong:
            raise ValueError(f"{self.label}: {', '.join(wrong)} is not one of {', '.join(self.choices)}.")
        if self.required and not picked:
            raise ValueError(f"Choose at least one: {self.label}.")
        return picked

    def say(self, value: Any) -> str:
        """Return a stored value as a person reads it."""
        if value is None or value == []:
            return ""
        if self.kind == "choices":
            return ", ".join(self.choices.get(one, one) for one in value)
        if self.kind == "choice":
            return self.choices.get(value, str(value))
        if self.kind == "yes_no":
            return "Yes" if value else "No"
        if self.kind == "day":
            day = date.fromisoformat(value)
            return f"{day:%-d %B %Y}"
        return str(value)


def _text(field: FieldOf, text: str) -> str:
    most = LONGEST.get(field.kind, 300)
    if len(text) > most:
        raise ValueError(f"{field.label}: {len(text)} characters is too long. At most {most}.")
    return text


def _choice(field: FieldOf, text: str) -> str:
    if text not in field.choices:
        raise ValueError(f"{field.label}: {text} is not one of {', '.join(field.choices)}.")
    return text


def _day(field: FieldOf, text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise ValueError(f"{field.label}: write the date as year-month-day, such as 2026-11-23.") from None


def _number(field: FieldOf, text: str) -> int:
    try:
        number = int(text)
    except ValueError:
        raise ValueError(f"{field.label}: write a whole number.") from None
    if not field.low <= number <= field.high:
        raise ValueError(f"{field.label}: write a number from {field.low} to {field.high}.")
    return number


def _link(field: FieldOf, text: str) -> str:
    parts = urlsplit(_text(field, text))
    if parts.scheme not in ("https", "http") or not parts.netloc:
        raise ValueError(f"{field.label}: write the whole web address, starting with https://.")
    return text


def _yes_no(field: FieldOf, text: str) -> bool:
    known = {"yes": True, "true": True, "on": True, "no": False, "false": False}
    if text.lower() not in known:
        raise ValueError(f"{field.label}: write yes or no.")
    return known[text.lower()]


def _measure(field: FieldOf, text: str) -> str:
    if not is_figure(text):
        raise ValueError(f"{field.label}: no measure is called {text}. The command `kith report list` names them all.")
    return text


def _limit(field: FieldOf, text: str) -> str:
    if not LIMIT.fullmatch(text):
        raise ValueError(f"{field.label}: write <= or >= and a number, such as <= 0.02.")
    return text


READ = {
    "text": _text, "long": _text, "role": _text, "choice": _choice, "day": _day, "number": _number, "link": _link,
    "yes_no": _yes_no, "measure": _measure, "limit": _limit,
}  # fmt: skip


class Need(BaseModel):
    """A field that must be filled when another one is, or when that one has a certain value."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    field: str
    is_: str = Field(default="", alias="is")
    other: str
    says: str

    def is_missing(self, values: Values) -> bool:
        given = values.get(self.field)
        asks = given == self.is_ if self.is_ else given not in (None, "", [])
        return asks and values.get(self.other) in (None, "", [])


class Register(BaseModel):
    """One register: its purpose, who keeps it, and its fields. The first field names an entry."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z][a-z_]*$")
    title: str
    one: str
    """What one entry is called, such as "risk"."""
    purpose: str
    owner: str
    prefix: str = Field(pattern=r"^[A-Z]{1,3}$")
    due: str = ""
    """The field that holds the day by which something must happen."""
    closed: dict[str, list[str]] = Field(default_factory=dict)
    """Field and the values that close an entry: it is then never overdue."""
    needs: tuple[Need, ...] = ()
    board_only: bool = False
    """Only board members write it: decisions and what belongs to them."""
    fields: tuple[FieldOf, ...]

    @model_validator(mode="after")
    def parts_fit(self) -> "Register":
        """Names that the register refers to must be its own fields."""
        names = [field.name for field in self.fields]
        said = [self.due, *self.closed, *(name for one in self.needs for name in (one.field, one.other))]
        strange = [name for name in said if name and name not in names]
        if strange or len(set(names)) != len(names):
            raise ValueError(f"register {self.id}: {strange or 'two fields of one name'}.")
        return self

    def read(self, raw: Values) -> tuple[Values, Errors]:
        """Return the values to store, and by field what is wrong with the others. Unknown fields are wrong too."""
        values, errors = {}, {}
        for field in self.fields:
            try:
                values[field.name] = field.read(raw.get(field.name))
            except ValueError as error:
                errors[field.name] = str(error)
        errors |= {one.other: one.says for one in self.needs if one.other not in errors and one.is_missing(values)}
        known = {field.name for field in self.fields}
        errors |= {str(name): f"{self.title} has no field called {name}." for name in raw if name not in known}
        return values, errors

    def is_closed(self, values: Values) -> bool:
        return any(values.get(name) in ends for name, ends in self.closed.items())

    def is_overdue(self, values: Values, today: date) -> bool:
        """Say whether an open entry's day has passed."""
        day = str(values.get(self.due) or "")
        return bool(day) and not self.is_closed(values) and date.fromisoformat(day) < today

    def name_of(self, values: Values) -> str:
        """Return what an entry is called in lists."""
        return str(values.get(self.fields[0].name) or "")


@cache
def registers() -> dict[str, Register]:
    """Return every register by id, in the order of the file. Raises `RegistersWrong` naming the place."""
    raw = yaml.safe_load((resources.files("governance.registers") / "registers.yaml").read_text("utf-8"))
    try:
        found = [Register.model_validate(one) for one in raw["registers"]]
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise RegistersWrong(f"governance/registers/registers.yaml, {error.title} {where}: {first['msg']}") from None
    return {one.id: one for one in found}
