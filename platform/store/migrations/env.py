"""What Alembic runs: the revisions, in the transaction and on the connection that it is given."""

from alembic import context

from orderloom.platform.store.tables import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA)
with context.begin_transaction():
    context.run_migrations()
