"""Training: from interactions to an artefact ready to publish."""

from cinoche.recommend.interactions import Interactions
from cinoche.recommend.training.fit import Params
from cinoche.recommend.training.train import Progress, ground_of, sums_layout, train

__all__ = ["Interactions", "Params", "Progress", "ground_of", "sums_layout", "train"]
