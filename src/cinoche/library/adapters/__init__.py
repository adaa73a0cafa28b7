"""Where the read models are kept: relational databases, by SQLAlchemy."""
