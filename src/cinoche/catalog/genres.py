"""What genres are called; the catalogue keeps them by their English names."""

from collections.abc import Mapping
from typing import Final

IN_FRENCH: Final[Mapping[str, str]] = {
    "Adventure": "Aventure",
    "Children": "Jeunesse",
    "Comedy": "Comédie",
    "Crime": "Policier",
    "Documentary": "Documentaire",
    "Drama": "Drame",
    "Fantasy": "Fantastique",
    "Film-Noir": "Film noir",
    "Horror": "Horreur",
    "Musical": "Comédie musicale",
    "Mystery": "Mystère",
    "Sci-Fi": "Science-fiction",
    "War": "Guerre",
}
"""Genres whose French name is not the English one."""
