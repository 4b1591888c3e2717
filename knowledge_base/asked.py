"""Other ways in which carers ask what a section answers. They are searched, never shown.

`<documents>/asked/<slug>.yaml` maps a section's heading to phrases. A heading that no longer exists is passed over
here, so that a renamed section never stops the service; a test names it.
"""

from pathlib import Path

import yaml

from knowledge_base.errors import GuidanceNotValid, Problem
from knowledge_base.yaml_text import read_yaml

Asked = dict[str, tuple[str, ...]]
"""Phrases by heading."""


def asked_path(document: Path) -> Path:
    """Return where the phrases of a document stand."""
    return document.parent / "asked" / f"{document.stem}.yaml"


def read_asked(document: Path) -> Asked:
    """Read the phrases for one document; none when there is no such file.

    Raises:
        GuidanceNotValid: The file is not headings with lists of phrases.
    """
    path = asked_path(document)
    return parse_asked(path, path.read_text("utf-8")) if path.is_file() else {}


def parse_asked(path: Path, text: str) -> Asked:
    """Read phrases from their text. `path` names it in errors; the file need not exist."""
    try:
        data = read_yaml(text) or {}
        return {str(heading): tuple(str(phrase).strip() for phrase in phrases) for heading, phrases in data.items()}
    except (yaml.YAMLError, AttributeError, TypeError) as error:
        remedy = "Write each heading in quotes, a colon, then a list of phrases."
        raise GuidanceNotValid(Problem(path, 1, "It is not headings with lists of phrases.", remedy)) from error
