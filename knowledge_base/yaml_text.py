"""Read YAML that people write. Whatever stands in it, it is read, or refused with an error that names the line."""

from typing import Any

import yaml

DEEPEST = 20
"""Lists within lists. The compiled reader goes down one step of its stack for each, and ends the process where there are too many."""
DAY = "tag:yaml.org,2002:timestamp"


class _Loader(yaml.CSafeLoader):
    """The compiled reader: 1,000 documents are read at each publication. A day that does not exist stays as it was written."""


def _day(loader: _Loader, node: yaml.ScalarNode) -> Any:
    try:
        return loader.construct_yaml_timestamp(node)
    except (ValueError, AttributeError):
        return node.value


_Loader.add_constructor(DAY, _day)


def read_yaml(text: str) -> Any:
    """Return what a text says. Raises `yaml.YAMLError` and nothing else."""
    _check(text)
    try:
        return yaml.load(text, Loader=_Loader)
    except (ValueError, KeyError, TypeError, AttributeError) as error:  # a number of 5,000 digits, a sign of its own
        raise yaml.YAMLError(str(error)) from error


def nodes_of(text: str) -> yaml.Node | None:
    """Return the same as nodes that know their line. For texts that `read_yaml` has read."""
    return yaml.compose(text, Loader=yaml.CSafeLoader)


def _check(text: str) -> None:
    """Refuse what would take the reader down: too deep a text, or one that stands for itself."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        mark: Any = event.start_mark
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise yaml.composer.ComposerError(problem="too many lists within lists", problem_mark=mark)
        if isinstance(event, yaml.AliasEvent):
            raise yaml.composer.ComposerError(problem="found an alias", problem_mark=mark)
