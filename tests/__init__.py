"""The tests; a package, because some dependency installs a package of this name and would be found instead."""
