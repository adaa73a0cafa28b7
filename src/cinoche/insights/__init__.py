"""What was watched, by day, title and row: figures for who runs the service."""
