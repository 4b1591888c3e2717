"""Run migrations. Rooms above name their metadata under the entry point `kith.tables`."""

from alembic import context
from sqlalchemy import create_engine

from assistant.storage.rooms import metadata_of_all_rooms


def run() -> None:
    """Migrate the database named by the caller."""
    engine = create_engine(context.config.attributes["url"])
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=metadata_of_all_rooms(),
            render_as_batch=engine.dialect.name == "sqlite",
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


run()
