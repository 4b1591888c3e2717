"""Run migrations. Rooms above name their metadata under the entry point `kith.tables`."""

from importlib.metadata import entry_points

from alembic import context
from sqlalchemy import create_engine

import assistant.storage.store  # noqa: F401  (its repositories name every table of this room)
from assistant.storage.tables import Base

METADATA = [Base.metadata, *(point.load() for point in entry_points(group="kith.tables"))]


def run() -> None:
    """Migrate the database named by the caller."""
    engine = create_engine(context.config.attributes["url"])
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=METADATA,
            render_as_batch=engine.dialect.name == "sqlite",
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


run()
