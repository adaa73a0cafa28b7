"""Training: from interactions to a published artefact."""
