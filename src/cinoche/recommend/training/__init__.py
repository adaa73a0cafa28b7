"""Training: from interactions to an artefact ready to publish."""

from cinoche.recommend.interactions import Interactions
from cinoche.recommend.training.fit import Params
from cinoche.recommend.training.train import Progress, train

__all__ = ["Interactions", "Params", "Progress", "train"]
