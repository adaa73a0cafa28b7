"""Training by name: what is named is published and stays, what is unknown is refused before anything is read."""

from collections.abc import Callable
from pathlib import Path

import pytest

from cinoche.bootstrap import Services
from cinoche.jobs import imports, training
from cinoche.kit.errors import Invalid
from cinoche.recommend.artefact import current_version, open_current
from cinoche.recommend.statistics import History

ALWAYS = {"popular", "popular-7d", "content"}


@pytest.fixture
def house(open_house: Callable[..., Services], release: Path) -> Services:
    """Services with the invented release imported, and nothing trained."""
    services = open_house()
    imports.import_movielens(services, str(release))
    return services


def published(house: Services) -> set[str]:
    return set(open_current(house.settings.artefacts).manifest.recipe.families)


def test_without_names_the_usual_families_are_trained(house: Services) -> None:
    report = training.train(house)
    assert published(house) == ALWAYS | {"ease", "sequence-ridge", "alike", "memory", "crowd"}
    assert any(line.split()[0] == "ease" and "CPU-s" in line and "MB" in line for line in report.lines())


def test_named_families_are_trained_in_their_place_and_answer(house: Services) -> None:
    training.train(house, ["ials", "svd"])
    assert published(house) == ALWAYS | {"ials", "svd"}
    model = open_current(house.settings.artefacts)
    assert set(model.blend.scored(History.of([0, 1, 2])).vectors) & {"ials", "svd"}
    assert set(model.blend.scored(History.of([0]), is_ordered=False).vectors) & {"ials", "svd"}


def test_what_was_named_stays_until_others_are(house: Services) -> None:
    training.train(house, ["svd"])
    assert training.train(house, only_if_needed=True).trained is False
    training.train(house)
    assert published(house) == ALWAYS | {"svd"}
    assert training.train(house, ["item-knn"], only_if_needed=True).trained is True
    assert published(house) == ALWAYS | {"item-knn"}


def test_an_unknown_family_is_refused_and_nothing_is_published(house: Services) -> None:
    with pytest.raises(Invalid, match=r"no model 'oracle'.*Choose among popular-7d"):
        training.train(house, ["svd", "oracle"])
    assert current_version(house.settings.artefacts) is None
