"""Where the persons are kept: relational databases, by SQLAlchemy."""
