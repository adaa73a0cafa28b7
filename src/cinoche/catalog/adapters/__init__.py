"""Where the catalogue is kept: SQLAlchemy, which speaks to every relational store."""
