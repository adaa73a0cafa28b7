"""Who a pseudonym stands for, the keys that shred what they sealed, and export and erasure over every holder."""
