"""What benchmarks share: the demo imported and trained once, a catalogue of 10,000 titles, and clients at once."""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from cinoche.bootstrap import open_services
from cinoche.jobs import imports
from cinoche.jobs.training import title_facts
from cinoche.recommend import artefact
from cinoche.recommend.artefact import Draft
from cinoche.recommend.scorers import SEQUENCE_RIDGE
from cinoche.recommend.statistics import HEAD_BINS
from cinoche.settings import read_settings
from tests.benchmarks.report import fdatasync_s, p50_p99
from tests.benchmarks.serving import ROOT, V1, Server, Viewer, surroundings

DEMO_PASSWORD = "cinoche-demo"
TITLES = 10_000
CONTENT_FEATURES = 32


class Lab:
    """A folder for everything that is measured, and what was made there; each thing is made when first asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.cold_start_s = 0.0

    @cached_property
    def disk(self) -> str:
        """What the disk takes to make 4 KiB durable."""
        return p50_p99(fdatasync_s(self.folder / "fdatasync"))

    @cached_property
    def demo(self) -> Path:
        """A data folder with the demo imported and trained, by a first `serve --demo`."""
        folder = self.folder / "demo"
        with Server(folder, "--demo", patience_s=400) as server:
            self.cold_start_s = server.started_s
            assert server.stop() == 0
        return folder

    @cached_property
    def many(self) -> Path:
        """A data folder with 10,000 titles, all known to every scorer of an invented model of full size."""
        folder = self.folder / "many"
        with open_services(read_settings(data_dir=folder)) as services:
            imports.import_movielens(services, str(_release(self.folder / "release")))
            artefact.publish(services.settings.artefacts, _invented(title_facts(services), services.log.end()))
        return folder

    def clients(self, do: str, server: Server, *, each: int, at_once: int, titles: Sequence[str] = ()) -> list[Any]:
        """Run clients in processes of their own, all at once; give what each measured."""
        running = []
        for seed in range(at_once):
            order = {"do": do, "seed": seed, "n": each, "port": server.port, "titles": list(titles)}
            child = subprocess.Popen(
                [sys.executable, "-m", "tests.benchmarks.watching"], env=surroundings({}), cwd=ROOT, text=True,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            )  # fmt: skip
            assert child.stdin is not None
            child.stdin.write(json.dumps(order) + "\n")
            child.stdin.flush()
            running.append(child)
        return [json.loads(child.communicate(timeout=400)[0]) for child in running]


def titles_of(viewer: Viewer, n: int = 400) -> Sequence[str]:
    """List some titles, spread over the catalogue by the alphabet."""
    found: list[str] = []
    path = f"{V1}/titles?limit=100"
    while len(found) < n:
        page = viewer.get(path)
        found += [each["title_id"] for each in page["items"]]
        if not page["next"]:
            break
        path = f"{V1}/titles?limit=100&cursor={page['next']}"
    return found


def _release(folder: Path) -> Path:
    """Write a release of 10,000 films in ten genres, and few ratings: the model is invented."""
    folder.mkdir()
    draw = np.random.default_rng(0)
    genres = ["Action", "Comedy", "Crime", "Drama", "Fantasy", "Horror", "Musical", "Mystery", "Romance", "War"]
    movies, ratings = ["movieId,title,genres"], ["userId,movieId,rating,timestamp"]
    for film in range(1, TITLES + 1):
        chosen = draw.choice(genres, size=draw.integers(1, 4), replace=False)
        movies.append(f"{film},Invented {film} ({1930 + film % 90}),{'|'.join(chosen)}")
    for user in range(1, 201):
        rated = draw.choice(TITLES, size=100, replace=False) + 1
        ratings += [f"{user},{film},{draw.integers(1, 11) / 2},{1_700_000_000 + k}" for k, film in enumerate(rated)]
    (folder / "movies.csv").write_text("\n".join(movies) + "\n")
    (folder / "ratings.csv").write_text("\n".join(ratings) + "\n")
    return folder


def _invented(facts: Sequence[Any], offset: int) -> Draft:
    """Make a model of full size out of random numbers: what it costs to ask does not depend on what it learned."""
    from cinoche.recommend.training import Interactions, train

    n = len(facts)
    draw = np.random.default_rng(1)
    users = np.repeat(np.arange(300), 40)
    items = draw.integers(0, 200, size=len(users))
    small = train(
        Interactions.of(users, items, np.ones(len(users)), 1e9 + np.arange(len(users))), facts, as_of=2e9, offset=offset
    )
    joint = draw.random((n, n), np.float32) * np.float32(0.01)
    warm = np.arange(n, dtype=np.int32)
    numbers = ("popular.scores", "popular-7d.scores", "popular.counts", "popular.recent")
    arrays: Mapping[str, Any] = {
        **small.arrays,
        "ease.items": warm,
        "ease.weights": joint,
        "sequence-ridge.items": warm,
        "sequence-ridge.weights": np.concatenate([joint] * len(HEAD_BINS)),
        **{name: draw.random(n).astype(np.float32) * 100 for name in numbers},
    }
    families = {**small.recipe.families, SEQUENCE_RIDGE: {"joint_titles": n}}
    recipe = artefact.Recipe(families=families, blend=small.recipe.blend)
    return Draft(arrays, facts, recipe, small.as_of, offset)
