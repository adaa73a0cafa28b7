"""Content: rows of length one, likeness by what titles share."""

import numpy as np

from cinoche.recommend.artefact import TitleFacts
from cinoche.recommend.training.content import content_features

TITLES = [
    TitleFacts("a", "A", 1979, ("Horror", "Sci-Fi"), ("space",), ("Ripley",)),
    TitleFacts("b", "B", 1986, ("Horror", "Sci-Fi"), ("space",), ("Ripley",)),
    TitleFacts("c", "C", 1986, ("Romance",)),
    TitleFacts("d", "D", 1979, ("Romance",)),
    TitleFacts("e", "E"),
]


def test_titles_that_share_more_are_more_alike() -> None:
    features = content_features(TITLES)
    likeness = features @ features.T
    assert likeness[0, 1] > likeness[0, 3] > likeness[0, 2]
    np.testing.assert_allclose(np.diag(likeness), [1, 1, 1, 1, 0], atol=1e-6)


def test_nothing_known_is_no_features() -> None:
    assert not content_features([TitleFacts("x", "X")]).any()
    assert content_features([]).shape[0] == 0
