"""An import that is killed leaves nothing or everything, and the next one completes it to the same whole."""

import signal
import sqlite3
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.benchmarks.serving import surroundings
from tests.conftest import write_release

from cinoche.bootstrap import Services, open_services
from cinoche.jobs import imports
from cinoche.settings import read_settings

# The process kills itself where the import first asks for what ``moment`` names: an exact moment, at every run.
CHILD = """
import os, signal, sys
from cinoche import cli
from cinoche.catalog.service import CatalogWriter
from cinoche.events.adapters.sqlite import SqliteEventLog, _Writing
from cinoche.jobs import imports
from cinoche.privacy.service import Privacy

moment = sys.argv.pop(1)
imports.BATCH = 50

def die_at(owner, name, turn=1, after=False):
    work, turns = getattr(owner, name), iter(range(turn))
    def dying(*args, **kwargs):
        found = work(*args, **kwargs) if after else None
        if next(turns) == turn - 1:
            os.kill(os.getpid(), signal.SIGKILL)
        return found if after else work(*args, **kwargs)
    setattr(owner, name, dying)

if moment == "before the titles":
    die_at(Privacy, "pseudonyms", after=True)
elif moment == "before the log":
    die_at(CatalogWriter, "put", after=True)
elif moment == "amid the log":
    die_at(_Writing, "add", turn=4)
elif moment == "after the log":
    die_at(SqliteEventLog, "load", after=True)
elif moment == "before the catalogue's end":
    die_at(CatalogWriter, "remember", after=True)
cli.main()
"""

MOMENTS = [
    "before the titles",
    "before the log",
    "amid the log",
    "after the log",
    "before the catalogue's end",
]


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_release(tmp_path_factory.mktemp("release") / "tiny")


@pytest.fixture(scope="module")
def undisturbed(release: Path, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Any]:
    with open_services(read_settings(data_dir=tmp_path_factory.mktemp("undisturbed"))) as services:
        imports.import_movielens(services, str(release))
        return whole(services)


def whole(services: Services) -> Mapping[str, Any]:
    """What an installation holds, whenever it came; each draws pseudonyms anew, so ratings stand for themselves."""
    events = [each.event for each in services.log.read(0).events]
    assert len({(event.source, event.id) for event in events}) == len(events)
    return {
        "faces": [replace(each, added_at=0.0) for each in services.catalog.faces().faces],
        "ratings": sorted((event.data["title_id"], event.time_s, event.data["rating"]) for event in events),
        "people": len({event.subject for event in events}),
    }


def event_keys(folder: Path) -> Sequence[tuple[str, str]]:
    with closing(sqlite3.connect(folder / "events.db")) as log:
        return log.execute("SELECT source, id FROM events ORDER BY source, id").fetchall()


@pytest.mark.parametrize("moment", MOMENTS)
def test_an_import_killed_shows_nothing_and_the_next_completes_it(
    moment: str, release: Path, undisturbed: Mapping[str, Any], tmp_path: Path
) -> None:
    folder = tmp_path / "data"
    killed = subprocess.run(
        [sys.executable, "-c", CHILD, moment, "import", "movielens", str(release), "--data", str(folder)],
        capture_output=True, env=surroundings({}), timeout=60, check=False,
    )  # fmt: skip
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    loaded = event_keys(folder)
    assert len(loaded) in {0, 360}
    with open_services(read_settings(data_dir=folder)) as services:
        assert services.catalog.faces().faces == ()
        assert services.catalog.version() == 0
        assert services.log.end() == len(loaded)
        assert imports.import_movielens(services, str(release)).new_ratings == 360 - len(loaded)
        assert whole(services) == undisturbed
        assert not loaded or event_keys(folder) == loaded
        assert not imports.import_movielens(services, str(release)).changed


def test_an_import_killed_after_its_end_has_everything(
    release: Path, undisturbed: Mapping[str, Any], tmp_path: Path
) -> None:
    folder = tmp_path / "data"
    child = CHILD.replace(
        "cli.main()", "cli._print = lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL)\ncli.main()"
    )
    killed = subprocess.run(
        [sys.executable, "-c", child, "never", "import", "movielens", str(release), "--data", str(folder)],
        capture_output=True, env=surroundings({}), timeout=60, check=False,
    )  # fmt: skip
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    with open_services(read_settings(data_dir=folder)) as services:
        assert whole(services) == undisturbed
