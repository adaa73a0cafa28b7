"""What the house is built and shown with; not part of the package."""
