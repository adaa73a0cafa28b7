"""What every context needs and no context owns: errors, clock, ids, paging, adapters by URL; knows nothing of films."""
