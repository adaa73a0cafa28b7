"""Evaluation: full ranking by honest protocols, with intervals and costs."""

from cinoche.recommend.evaluation.evaluate import MODELS, evaluate, evaluate_ratings
from cinoche.recommend.evaluation.protocols import PROTOCOLS
from cinoche.recommend.evaluation.readers import Ratings, read_ratings
from cinoche.recommend.evaluation.report import Report, markdown, table

__all__ = [
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
