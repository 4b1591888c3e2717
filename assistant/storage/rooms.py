"""The tables of every room. Rooms above and below plug theirs in under the entry point `kith.tables`."""

from importlib.metadata import entry_points
from typing import Any

from sqlalchemy import MetaData

import assistant.storage.store  # noqa: F401  (its repositories name every table of this room)
from assistant.storage.tables import Base


def metadata_of_all_rooms() -> list[MetaData]:
    """Return each room's own metadata, this room's first."""
    return [Base.metadata, *(point.load() for point in entry_points(group="kith.tables"))]


def all_tables() -> dict[str, Any]:
    """Return every table by name, those that others depend on first."""
    return {table.name: table for metadata in metadata_of_all_rooms() for table in metadata.sorted_tables}
