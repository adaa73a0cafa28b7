"""Posters for titles that have no artwork: drawn from a title's facts alone, the same for ever.

The genres pick the family of forms, the year the inks and the print, the id the chances within.
"""
