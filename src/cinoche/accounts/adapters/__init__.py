"""The tables of the accounts; one file serves every relational database, so there is nothing to choose from."""
