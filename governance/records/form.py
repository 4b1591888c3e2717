"""What each record asks for, read from `forms/*.yaml`: sections, fields, and where a field's value comes from."""

from functools import cache
from importlib import resources
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant.errors import KithError


class FormWrong(KithError):
    """A record's form cannot be used, or there is none of that name."""

    status_code = 404


class FieldForm(BaseModel):
    """One field.

    Attributes:
        fill: Names of sources that fill it, tried together; see `sources.py`. Empty: a person writes it.
        text: Words that come with Kith and hold for every council. `{name}` stands for a source.
        help: What to write, for the person who fills it in.
        unnumbered: Whether it stays out of the running number.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    label: str
    fill: tuple[str, ...] = ()
    text: str = ""
    help: str = ""
    unnumbered: bool = False


class SectionForm(BaseModel):
    """A heading with its fields. `each` repeats the section, such as once for each model."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    heading: str
    level: int = Field(default=1, ge=1, le=3)
    intro: str = ""
    points: tuple[str, ...] = ()
    table: str = ""
    """A source that gives a table."""
    each: Literal["", "model"] = ""
    fields: tuple[FieldForm, ...] = ()


class RecordForm(BaseModel):
    """One record."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    title: str
    group: Literal["assessment", "standard", "policy", "notice", "card"]
    about: str
    """What it is for, in one sentence, for the list of records."""
    numbered: bool = False
    """Whether fields carry a running number, as the transparency record's do."""
    owner: str
    sections: tuple[SectionForm, ...]

    def field(self, name: str) -> FieldForm | None:
        """Return a field by its id."""
        return next((one for section in self.sections for one in section.fields if one.id == name), None)


@cache
def forms() -> dict[str, RecordForm]:
    """Return every record's form by id. Raises `FormWrong` naming file and place."""
    found = {}
    for file in sorted((resources.files("governance.records") / "forms").iterdir(), key=lambda one: one.name):
        if not file.name.endswith(".yaml"):
            continue
        try:
            one = RecordForm.model_validate(yaml.safe_load(file.read_text("utf-8")))
        except (ValidationError, yaml.YAMLError) as error:
            raise FormWrong(f"governance/records/forms/{file.name} cannot be used: {error}") from None
        found[one.id] = one
    return found


def form_named(name: str) -> RecordForm:
    """Return a form by its id. Raises `FormWrong`, naming those that there are."""
    if name not in forms():
        raise FormWrong(f"There is no record called {name}. There are: {', '.join(forms())}.")
    return forms()[name]
