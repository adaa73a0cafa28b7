"""The history of the relational schema (Alembic), shipped with the package and run at every opening of the database."""
