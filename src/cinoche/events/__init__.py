"""What happened, in order: the types of events and the log that keeps them."""
