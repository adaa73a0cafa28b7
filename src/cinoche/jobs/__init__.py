"""Batch jobs by name: what a command, a timer or an orchestrator runs."""

from collections.abc import Mapping
from typing import Final

JOBS: Final[Mapping[str, str]] = {
    "imports": "Bring a data set in: titles into the catalogue, ratings into the log. `cinoche import`.",
    "training": "Train the recommender on the whole log and publish a version. `cinoche train`.",
    "erasure": "Finish erasures that were cut short, and delete sessions that are over. Part of `cinoche serve`.",
    "follower": "Follow the log while serving: store what the library folds, start trainings. Part of `cinoche serve`.",
    "experiments": "Start and stop experiments, and draw up what they show. `cinoche experiments`.",
    "media": "Make films playable, one after another. Part of `cinoche serve`; `cinoche media work` alone.",
    "reels": "Add the demo reels to the catalogue and to the queue of films to make. Part of `cinoche serve --demo`.",
    "doctor": "Look at everything that a running service needs. `cinoche doctor`.",
}
"""The jobs, and what each does; the name is that of its module."""
