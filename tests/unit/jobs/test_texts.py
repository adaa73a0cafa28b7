"""Synopses are read by a process of its own, when there is one to read."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from cinoche.bootstrap import Services
from cinoche.jobs import imports
from cinoche.jobs.texts import Reading
from cinoche.recommend import texts
from cinoche.recommend.facts import facts_of
from cinoche.recommend.texts import TextStore


@pytest.fixture
def house(open_house: Callable[..., Services], release: Path, monkeypatch: pytest.MonkeyPatch) -> Services:
    services = open_house()
    imports.import_movielens(services, str(release))
    monkeypatch.setenv("CINOCHE_DATA_DIR", str(services.settings.data_dir))
    return services


def test_without_a_synopsis_nothing_is_started(house: Services) -> None:
    with closing(Reading(house)) as reading:
        reading.look()
        assert reading._process is None


@pytest.mark.skipif(not texts.is_installed(), reason="the extra `text` is not installed")
def test_a_synopsis_that_came_is_read_once_and_again_when_it_changes(house: Services) -> None:
    title_id = house.catalog.faces().faces[0].title_id
    store = TextStore(house.settings.texts)
    with closing(Reading(house)) as reading:
        read = []
        for synopsis in ("A ship is lost.", "A ship is found."):
            house.catalog.studio.change(title_id, {"synopsis": synopsis})
            reading.look()
            assert reading._process is not None
            assert reading._process.wait(60) == 0
            reading.look()
            assert reading._process is None
            read.append(store.find(facts_of(house.catalog, [title_id])).tobytes())
        assert any(read[0])
        assert read[0] != read[1]
