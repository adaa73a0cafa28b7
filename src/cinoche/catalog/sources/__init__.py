"""Where catalogues come from: each source reads its own format and gives titles and ratings in one shape."""
