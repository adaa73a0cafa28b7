"""What a profile has watched, where it stopped, rated, reviewed and kept: read models folded from events."""
