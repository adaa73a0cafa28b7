"""Where media and what is known of them are kept: one module per technology."""
