"""Assets and how they are made, manifests, play sessions."""
