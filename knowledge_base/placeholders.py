"""Fill `{carers.phone}` and the like with the council's own contacts."""

import re
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from knowledge_base.errors import Problem

PLACEHOLDER = re.compile(r"\{([^{}\n]*)\}")


def fill(path: Path, text: str, values: Mapping[str, str]) -> tuple[str, list[Problem]]:
    """Return the file's text with every placeholder filled, and a problem for each that is unknown or empty."""
    problems: list[Problem] = []
    lines: list[str] = []
    for number, line in enumerate(text.split("\n"), start=1):
        unknown = [name for name in PLACEHOLDER.findall(line) if not values.get(name)]
        problems += [Problem(path, number, f"Nothing fills {{{name}}}.", _remedy(name, values)) for name in unknown]
        lines.append(PLACEHOLDER.sub(lambda match: values.get(match.group(1), match.group(0)), line))
    return "\n".join(lines), problems


def _remedy(name: str, values: Mapping[str, str]) -> str:
    """Suggest the nearest name that is known."""
    near = get_close_matches(name, values, n=1)
    if near:
        return f"Did you mean {{{near[0]}}}? If not, add {name} to the council's profile."
    return f"Add {name} to the council's profile, or take the placeholder out."


def values_of(profile: Mapping[str, Any]) -> dict[str, str]:
    """Flatten a council's profile: its own facts as `council.<field>`, each contact's as `<contact>.<field>`."""
    values = {f"council.{key}": str(value) for key, value in profile.items() if not isinstance(value, dict | list)}
    for contact, fields in profile.get("contacts", {}).items():
        values.update({f"{contact}.{field}": str(value) for field, value in fields.items()})
    return values
