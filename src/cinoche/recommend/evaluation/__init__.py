"""Evaluation: full ranking by honest protocols, with intervals and costs."""

from cinoche.recommend.evaluation.evaluate import DEFAULT_MODELS, MODELS, evaluate, evaluate_ratings
from cinoche.recommend.evaluation.protocols import PROTOCOLS
from cinoche.recommend.evaluation.readers import Ratings, read_ratings
from cinoche.recommend.evaluation.report import Report, table

__all__ = [
    "DEFAULT_MODELS",
    "MODELS",
    "PROTOCOLS",
    "Ratings",
    "Report",
    "evaluate",
    "evaluate_ratings",
    "read_ratings",
    "table",
]
