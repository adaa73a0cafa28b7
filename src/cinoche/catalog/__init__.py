"""What there is to watch: titles, people, genres, where each fact comes from, and names as people type them."""
