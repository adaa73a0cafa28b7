"""An import: twice is once, half is nothing, and newer editions bring what is new."""

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import N_FILMS, N_USERS, NEWEST_S, write_release

from cinoche.bootstrap import Services
from cinoche.catalog.models import SOURCES, Kind, TitleRecord
from cinoche.catalog.sources.models import DataSet, Keep, Known, Rating
from cinoche.events import types
from cinoche.events.adapters.memory import MemoryEventLog
from cinoche.events.models import Appended, Event
from cinoche.jobs import imports
from cinoche.jobs.imports import CHECK_STEP, LOAD_STEP, TITLE_STEP, ImportReport, import_movielens
from cinoche.kit.errors import CinocheError, Forbidden, Invalid, NotFound, Unavailable

N_RATINGS = N_USERS * 12
OpenHouse = Callable[..., Services]


@pytest.fixture
def services(open_house: OpenHouse) -> Services:
    return open_house()


def events(services: Services) -> list[Event]:
    return [recorded.event for recorded in services.log.read(0, limit=1_000_000).events]


def person(services: Services, profile_id: str) -> str:
    return services.privacy.pseudonym(profile_id)


def rating_of(services: Services, profile_id: str, title_id: str) -> float | None:
    return services.library.state(person(services, profile_id), title_id).rating


def aside(report: ImportReport) -> list[list[str]]:
    assert report.set_aside_file is not None
    with Path(report.set_aside_file).open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_an_import_brings_titles_into_the_catalogue_and_ratings_into_the_log(services: Services, release: Path) -> None:
    report = import_movielens(services, str(release))
    assert (report.changed, report.titles, report.ratings, report.new_ratings) == (True, N_FILMS, N_RATINGS, N_RATINGS)
    assert (report.set_aside, report.set_aside_file) == (0, None)
    assert "40 titles and 360 ratings (360 of them new)" in report.lines()[0]
    assert len(services.catalog.faces().faces) == N_FILMS
    assert services.log.end() == N_RATINGS
    for event in events(services):
        assert (event.type, event.source) == (types.TITLE_RATED, "cinoche:import:tiny")
        assert services.catalog.faces().get(event.data[types.TITLE_ID])


def test_no_event_and_no_id_of_one_names_a_user_or_a_film(services: Services, release: Path) -> None:
    import_movielens(services, str(release))
    subjects = {event.subject for event in events(services)}
    assert len(subjects) == N_USERS
    assert all(len(each) == 26 for each in subjects)
    assert len({event.id for event in events(services)}) == N_RATINGS
    assert all("/" not in event.id and "tiny" not in event.id for event in events(services))


def test_a_second_import_changes_nothing_and_says_so(services: Services, release: Path) -> None:
    import_movielens(services, str(release))
    version, end = services.catalog.version(), services.log.end()
    again = import_movielens(services, str(release))
    assert (again.changed, again.titles, again.ratings, again.new_ratings) == (False, N_FILMS, N_RATINGS, 0)
    assert "nothing changed" in again.lines()[0]
    assert (services.catalog.version(), services.log.end()) == (version, end)


def test_an_edition_that_differs_in_nothing_that_counts_changes_nothing_and_says_so(
    services: Services, release: Path
) -> None:
    import_movielens(services, str(release))
    version, end = services.catalog.version(), services.log.end()
    ratings = release / "ratings.csv"
    ratings.write_bytes(ratings.read_bytes().replace(b"\r\n", b"\n"))
    again = import_movielens(services, str(release))
    assert (again.changed, again.new_ratings, again.changed_rows) == (False, 0, 0)
    assert "nothing changed" in again.lines()[0]
    assert (services.catalog.version(), services.log.end()) == (version, end)


def test_a_newer_edition_brings_what_is_new_and_takes_no_title_away(services: Services, release: Path) -> None:
    import_movielens(services, str(release))
    films = (release / "movies.csv").read_text().splitlines()
    gone = films.pop(2)
    films[1] = '1,"Heat (1995)",Drama'
    (release / "movies.csv").write_text("\n".join([*films, '41,"New Film (2020)",Drama']) + "\n")
    with (release / "ratings.csv").open("a", newline="") as file:
        file.write(f"1,41,4.0,{NEWEST_S}\r\n")
    report = import_movielens(services, str(release))
    assert (report.changed, report.titles, report.new_ratings) == (True, 40, 1)
    assert "Alien" in gone
    names = services.catalog.names()
    assert names.resolve("Alien").year == 1992
    assert names.resolve("New Film").title_id
    assert services.catalog.get(names.resolve("movielens:1").title_id).genres == ("Drama",)
    assert {row[2] for row in aside(report)[1:]} == {"there is no film 2"}


def test_a_rating_that_changed_arrives_and_the_latest_counts(services: Services, tmp_path: Path) -> None:
    release = write_release(tmp_path / "tiny", users=1)
    line = (release / "ratings.csv").read_text().splitlines()[1]
    user, film, _, at = line.split(",")
    import_movielens(services, str(release))
    title_id = services.catalog.names().resolve(f"movielens:{film}").title_id
    with (release / "ratings.csv").open("a", newline="") as file:
        file.write(f"{user},{film},0.5,{int(at) + 60}\r\n{user},{film},1.5,{int(at) - 60}\r\n")
    report = import_movielens(services, str(release))
    assert report.new_ratings == 2
    assert rating_of(services, "tiny/1", title_id) == 0.5


def test_two_data_sets_that_share_films_keep_one_title_a_film_and_profiles_apart(
    services: Services, tmp_path: Path
) -> None:
    import_movielens(services, str(write_release(tmp_path / "one", films=20)))
    first = {face.title_id for face in services.catalog.faces().faces}
    other = write_release(tmp_path / "two")
    renumbered = (other / "links.csv").read_text().splitlines()
    (other / "links.csv").write_text("\n".join(renumbered) + "\n")
    import_movielens(services, str(other))
    both = services.catalog.faces()
    assert len(both.faces) == N_FILMS
    assert first <= set(both.index)
    assert len({event.subject for event in events(services)}) == 2 * N_USERS
    assert person(services, "one/1") != person(services, "two/1")


def test_a_film_known_by_another_id_alone_keeps_its_title(services: Services, tmp_path: Path) -> None:
    import_movielens(services, str(write_release(tmp_path / "one", films=10)))
    heat = services.catalog.names().resolve("Heat").title_id
    other = write_release(tmp_path / "two", films=10)
    for name in ("movies.csv", "ratings.csv", "links.csv"):
        at = 1 if name == "ratings.csv" else 0
        rows = [line.split(",") for line in (other / name).read_text().splitlines()]
        moved = [[*row[:at], str(int(row[at]) + 1_000), *row[at + 1 :]] for row in rows[1:]]
        (other / name).write_text("\n".join(map(",".join, [rows[0], *moved])) + "\n")
    import_movielens(services, str(other))
    assert len(services.catalog.faces().faces) == 10
    assert services.catalog.names().resolve("Heat").title_id == heat
    assert services.catalog.names().resolve("movielens:1001").title_id == heat
    assert import_movielens(services, str(tmp_path / "one")).changed is False


def test_the_lines_set_aside_are_the_lines_of_the_file(services: Services, release: Path) -> None:
    rows = (release / "ratings.csv").read_text().splitlines()
    rows[3:3] = ["broken", "1,999,4.0,1600000000"]
    (release / "ratings.csv").write_text("\n".join(rows) + "\n")
    report = import_movielens(services, str(release))
    assert report.set_aside == 2
    assert aside(report) == [
        ["file", "line", "reason", "text"],
        ["ratings.csv", "4", "1 fields instead of 4", "broken"],
        ["ratings.csv", "5", "there is no film 999", "1,999,4,1600000000"],
    ]
    assert "2 rows were set aside" in report.lines()[1]
    assert import_movielens(services, str(release)).set_aside_file == report.set_aside_file


def test_the_report_of_a_former_import_does_not_outlive_it(services: Services, release: Path) -> None:
    ratings = (release / "ratings.csv").read_text()
    (release / "ratings.csv").write_text(ratings + "broken\n")
    written = Path(import_movielens(services, str(release)).set_aside_file or "")
    assert written.exists()
    (release / "ratings.csv").write_text(ratings)
    assert import_movielens(services, str(release)).set_aside_file is None
    assert not written.exists()


def test_of_many_rows_set_aside_the_first_are_written_down_and_all_are_counted(
    services: Services, release: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "MOST_LISTED", 3)
    with (release / "ratings.csv").open("a") as file:
        file.write("x\n" * 10)
    report = import_movielens(services, str(release))
    assert report.set_aside == 10
    assert [row[2] for row in aside(report)[1:]] == ["1 fields instead of 4"] * 3 + ["7 more rows were set aside"]


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({"ratings.csv": "userId,movieId,rating,timestamp\n1,1,99,1\nx\n"}, "none of its ratings can be used"),
        ({"movies.csv": "movieId,title,genres\nx\n"}, "none of its films can be used"),
        ({"movies.csv": "movieId,title,genres\n"}, "there are no films in it"),
    ],
)
def test_a_data_set_without_one_good_row_is_refused(
    services: Services, release: Path, files: Mapping[str, str], says: str
) -> None:
    (release / "links.csv").unlink()
    for name, text in files.items():
        (release / name).write_text(text)
    with pytest.raises(Invalid, match=says) as caught:
        import_movielens(services, str(release))
    assert caught.value.remedy
    assert (services.catalog.version(), services.log.end()) == (0, 0)


def test_a_catalogue_without_ratings_is_imported(services: Services, release: Path) -> None:
    (release / "ratings.csv").write_text("userId,movieId,rating,timestamp\n")
    report = import_movielens(services, str(release))
    assert (report.changed, report.titles, report.ratings) == (True, N_FILMS, 0)


@pytest.mark.parametrize(
    "source", ["nowhere", "", "demo.zip", "../..", "x" * 3_000, "nul\x00", "http://example.org/ml.zip"]
)
def test_a_source_that_is_none_is_refused(
    services: Services, source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "here" / "below").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "here" / "below")
    with pytest.raises((NotFound, Invalid)) as caught:
        import_movielens(services, source)
    assert caught.value.remedy


def test_a_commercial_installation_refuses_before_it_reads(open_house: OpenHouse, release: Path) -> None:
    services = open_house(commercial=True)
    with pytest.raises(Forbidden, match="MovieLens may not be used commercially"):
        import_movielens(services, str(release))
    assert (services.catalog.version(), services.log.end()) == (0, 0)


def test_each_step_tells_how_far_it_has_come(
    services: Services, release: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "BATCH", 100)
    told: list[tuple[str, int, int | None]] = []
    import_movielens(services, str(release), progress=lambda *step: told.append(step))
    assert (TITLE_STEP, N_FILMS, N_FILMS) in told
    assert [done for step, done, _ in told if step == CHECK_STEP] == [100, 200, 300, 360]
    assert [done for step, done, _ in told if step == LOAD_STEP] == [100, 200, 300, 360]


class FailingLog(MemoryEventLog):
    """A log that fails after some batches, as a full disk does."""

    fails_after = 1

    def load(self, batches: Iterable[Sequence[Event]]) -> Appended:
        def some() -> Iterator[Sequence[Event]]:
            for n, batch in enumerate(batches):
                if n >= self.fails_after:
                    raise Unavailable("the disk is full.")
                yield batch

        return super().load(some())


def test_a_log_that_fails_in_the_middle_leaves_nothing_behind(
    services: Services, release: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "BATCH", 100)
    failing = replace(services, log=FailingLog())
    with pytest.raises(Unavailable, match="disk is full"):
        import_movielens(failing, str(release))
    assert (services.catalog.version(), failing.log.end()) == (0, 0)
    assert services.catalog.find_import("tiny") is None
    assert import_movielens(services, str(release)).new_ratings == N_RATINGS


def a_data_set(ratings: Callable[[Keep], Iterator[Rating]], **changes: Any) -> DataSet:
    def titles(known: Known, keep: Keep) -> Mapping[str, TitleRecord]:
        return {"1": TitleRecord("t1", Kind.FILM, "Heat", 1995, "movielens", external={"movielens": "1"})}

    return DataSet(
        **{"name": "set", "sources": SOURCES, "digest": "d", "titles": titles, "ratings": ratings, "ratings_file": "r"}
        | changes
    )


def test_a_source_that_fails_at_its_second_reading_leaves_nothing_behind(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    readings: list[int] = []

    def ratings(keep: Keep) -> Iterator[Rating]:
        readings.append(1)
        yield Rating("1", "1", 4.0, 1e9, 2)
        if len(readings) == 2:
            raise Invalid("somebody changed the file meanwhile.")

    monkeypatch.setattr(imports, "open_movielens", lambda _: a_data_set(ratings))
    with pytest.raises(Invalid, match="meanwhile"):
        import_movielens(services, "set")
    assert (services.catalog.version(), services.log.end()) == (0, 0)
    assert import_movielens(services, "set").new_ratings == 1


def test_the_same_ratings_are_the_same_events_on_whatever_day_they_are_moved_to(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    def moved(shift_s: float) -> DataSet:
        rating = Rating("1", "1", 4.0, 1e9 + shift_s, 2)
        return a_data_set(lambda _: iter([rating]), shift_s=shift_s, digest=str(shift_s))

    for shift_s in (0.0, 86_400.0):
        monkeypatch.setattr(imports, "open_movielens", lambda _, shift_s=shift_s: moved(shift_s))
        import_movielens(services, "set")
    assert services.log.end() == 1


def test_what_cannot_be_written_down_is_said(services: Services, release: Path) -> None:
    (services.settings.data_dir / "imports").write_text("a file where the folder should be")
    (release / "ratings.csv").write_text((release / "ratings.csv").read_text() + "broken\n")
    with pytest.raises(CinocheError, match="cannot be written down"):
        import_movielens(services, str(release))
    assert (services.catalog.version(), services.log.end()) == (0, 0)
