"""Who may come in, and who watches: accounts, their profiles and their sessions."""
