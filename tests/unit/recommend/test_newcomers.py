"""Titles that came after the training: listed, explained and likened within the second, by their kin."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.unit.recommend.test_service import FACTS, GENRES, ME, N, World, faces_of, ids, placed, title, trained

from cinoche.recommend import rows
from cinoche.recommend.artefact import Recipe, TitleFacts, publish
from cinoche.recommend.blend import Scored
from cinoche.recommend.families.alike import Likeness
from cinoche.recommend.newcomers import KIN, Kin, Newcomers
from cinoche.recommend.page import Rules
from cinoche.recommend.scorers import ALIKE
from cinoche.recommend.service import Recommender
from cinoche.recommend.texts import SIZE, TextStore

LATE = {title(n): TitleFacts(title(n), f"Film {n}", 1980 + n, (GENRES[n % 2],)) for n in range(N, N + 4)}


def describe(title_ids: Sequence[str]) -> Sequence[TitleFacts]:
    known = {each.title_id: each for each in FACTS} | LATE
    return [known[each] for each in title_ids if each in known]


class Town(World):
    """A world whose recommender can describe what comes."""

    def another(self) -> Recommender:
        newcomers = Newcomers(describe, TextStore(self.folder.parent / "texts"))
        return Recommender(self.log, self.folder, lambda: self.faces, newcomers=newcomers, clock=lambda: self.now)

    def kin(self) -> Kin:
        return self.recommender._lay(self.recommender.model()).kin

    def admit(self, *numbers: int) -> None:
        self.faces = faces_of([*range(N), *numbers], version=self.faces.version + 1)


@pytest.fixture(scope="module")
def draft():  # type: ignore[no-untyped-def]
    return trained()


@pytest.fixture
def town(tmp_path: Path, draft) -> Town:  # type: ignore[no-untyped-def]
    publish(tmp_path / "artefacts", draft)
    return Town(tmp_path / "artefacts")


def test_a_title_that_just_came_has_titles_like_it_and_reasons(town: Town) -> None:
    town.admit(N)
    found = town.recommender.similar(title(N), Rules(), n=5)
    assert len(placed(found)) == 5
    assert title(N) not in ids(found)
    assert int(ids(found)[0][1:]) % 2 == N % 2
    assert all(int(each[1:]) > N - 12 for each in ids(found))
    assert {each.evidence.kind for each in placed(found)} == {rows.KIN}


def test_it_is_listed_for_who_likes_its_kin_before_titles_of_another_taste(town: Town) -> None:
    town.recommender.laid_out()
    town.admit(N, N + 1)
    town.like(*range(30, N, 2))
    listed = town.listed(N)
    assert listed.index(title(N)) < listed.index(title(N + 1))
    assert listed.index(title(N)) < len(listed) // 2


def test_without_the_title_that_is_named_as_its_reason_it_would_score_less(town: Town) -> None:
    town.admit(N)
    town.like(*range(26, N, 2), 3)
    model, catalogue = town.recommender.laid_out()
    why = [each for each in town.recommender.why(ME, title(N), Rules()).facts if each.kind == rows.SEED]
    assert why
    _, scored = town.recommender._taste_scored(model, catalogue, ME, Rules())
    item = int(catalogue.item[catalogue.position[title(N)]])
    for fact in why:
        entry = int(np.flatnonzero(scored.history.items == model.index[fact.title_id or ""])[0])
        assert scored.losses([entry], [item])[0] > 0


def test_named_beside_another_it_speaks_by_its_kin_and_is_named_itself(town: Town) -> None:
    town.admit(N)
    found = town.recommender.suggest([title(N), title(1)], Rules(), n=10)
    assert not {title(N), title(1)} & set(ids(found))
    seeds = {each.evidence.title_id for each in placed(found) if each.evidence.kind == rows.SEED}
    assert seeds <= {title(N), title(1)}
    assert title(N) in seeds


def test_kin_are_found_once_and_anew_when_a_synopsis_was_read(town: Town) -> None:
    town.admit(N)
    town.recommender.laid_out()
    kin = town.kin()
    town.listed()
    assert town.kin() is kin
    TextStore(town.folder.parent / "texts").keep([(LATE[title(N)], np.ones(SIZE, np.int8))])
    town.listed()
    assert town.kin() is not kin
    assert town.kin().items.shape == (1, KIN)


def test_scores_of_a_newcomer_are_the_mean_of_its_kin_and_what_people_say_of_it(town: Town) -> None:
    town.admit(N)
    model, _ = town.recommender.laid_out()
    kin = town.kin()
    found = kin.ask(model.blend, [0, 2])
    assert isinstance(found.base, Scored)
    expected = float((found.base.scores[kin.items[0]] * kin.shares[0]).sum())
    assert found.scores[model.index[title(N)]] == pytest.approx(expected, rel=1e-5)
    votes = found.explain([model.index[title(N)], 4])
    np.testing.assert_allclose(votes[:, 0], found.base.explain(kin.items[0]) @ kin.shares[0], rtol=1e-4)
    assert votes.shape == (2, 2)


def test_a_model_without_a_likeness_lists_newcomers_last(tmp_path: Path) -> None:
    draft = trained()
    families = {name: hyper for name, hyper in draft.recipe.families.items() if name != ALIKE}
    blend = {name: {k: w for k, w in each.items() if k != ALIKE} for name, each in draft.recipe.blend.items()}
    publish(tmp_path / "artefacts", replace(draft, recipe=Recipe(families, blend, draft.recipe.gate)))
    town = Town(tmp_path / "artefacts")
    town.admit(N)
    town.like(0, 2)
    assert placed(town.recommender.similar(title(N), Rules(), n=5)) == []
    assert town.listed(N + 1)[-1] == title(N)


def test_the_likeness_is_among_what_is_trained_by_default(town: Town) -> None:
    model, _ = town.recommender.laid_out()
    assert isinstance(model.scorers[ALIKE], Likeness)
