"""Evaluation: full ranking by honest protocols, with intervals and costs."""

from cinoche.recommend.evaluation.evaluate import DEFAULT_MODELS, MODELS, evaluate, evaluate_ratings
from cinoche.recommend.evaluation.protocols import PROTOCOLS
from cinoche.recommend.evaluation.readers import Ratings, read_ratings
from cinoche.recommend.evaluation.report import Report, markdown, table
from cinoche.recommend.evaluation.stream import LIMIT
from cinoche.recommend.training.walk import LEARNING

__all__ = [
    "DEFAULT_MODELS",
    "LEARNING",
    "LIMIT",
    "MODELS",
    "PROTOCOLS",
    "Ratings",
    "Report",
    "evaluate",
    "evaluate_ratings",
    "markdown",
    "read_ratings",
    "table",
]
