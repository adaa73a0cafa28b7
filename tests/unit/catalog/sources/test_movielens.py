"""Every form in which MovieLens publishes, and everything that may be wrong with a file: no row is lost silently."""

import io
import os
import random
import struct
import zipfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cinoche.catalog.models import Kind, TitleRecord
from cinoche.catalog.sources.archive import LONGEST_LINE, Archive
from cinoche.catalog.sources.models import DataSet, Rating, SetAside
from cinoche.catalog.sources.movielens import data_set_name, open_movielens
from cinoche.kit.errors import CinocheError, Invalid, NotFound

MOVIES = 'movieId,title,genres\n1,Heat (1995),Crime|Thriller\n2,"Matrix, The (1999)",Action|IMAX\n'
RATINGS = "userId,movieId,rating,timestamp\n7,1,4.5,1100000000\n7,2,5.0,1100000001\n"
RELEASE = {"movies.csv": MOVIES, "ratings.csv": RATINGS}

Read = tuple[Mapping[str, TitleRecord], list[Rating], list[SetAside]]


def put(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


def zipped(path: Path, files: Mapping[str, str | bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return path


def read(data_set: DataSet) -> Read:
    aside: list[SetAside] = []
    titles = data_set.titles({}, aside.append)
    return titles, list(data_set.ratings(aside.append)), aside


def read_files(folder: Path, files: Mapping[str, str | bytes]) -> Read:
    return read(open_movielens(put(folder / "ml", {**RELEASE, **files})))


def test_a_csv_release_is_read(tmp_path: Path) -> None:
    titles, ratings, aside = read_files(
        tmp_path,
        {
            "links.csv": "movieId,imdbId,tmdbId\n1,0113277,949\n2,133093,\n",
            "tags.csv": 'userId,movieId,tag,timestamp\n7,1,Mann ,1\n8,1, mann,2\n8,2,"a, b",3\n',
        },
    )
    assert aside == []
    heat, matrix = titles["1"], titles["2"]
    assert (heat.name, heat.year, heat.kind, heat.genres) == ("Heat", 1995, Kind.FILM, ("Crime", "Thriller"))
    assert heat.external == {"movielens": "1", "imdb": "tt0113277", "tmdb": "949"}
    assert heat.tags == {"mann": 2}
    assert (matrix.name, matrix.genres, matrix.tags) == ("The Matrix", ("Action",), {"a, b": 1})
    assert matrix.external == {"movielens": "2", "imdb": "tt0133093"}
    assert ratings == [Rating("7", "1", 4.5, 1_100_000_000.0, 2), Rating("7", "2", 5.0, 1_100_000_001.0, 3)]


@pytest.mark.parametrize("encoding", ["latin-1", "utf-8"])
def test_a_dat_release_is_read_in_either_encoding(tmp_path: Path, encoding: str) -> None:
    films = "1::Misérables, Les (1995)::Drama|Musical\n2::Heat (1995)::Crime\n".encode(encoding)
    stars = "1::1::5::978300760\n1::2::0.5::978300761\n"
    tags = "1::1::très beau::978300760\n".encode(encoding)
    release = put(tmp_path / "ml-10m", {"movies.dat": films, "ratings.dat": stars, "tags.dat": tags, "users.dat": "x"})
    titles, ratings, aside = read(open_movielens(release))
    assert aside == []
    assert titles["1"].name == "Les Misérables"
    assert titles["1"].tags == {"très beau": 1}
    assert [each.rating for each in ratings] == [5.0, 0.5]


@pytest.mark.parametrize("top", ["", "ml-latest-small/", "a/b/c/", "../../", "/etc/", "..\\..\\"])
def test_a_zip_is_read_wherever_its_files_lie_and_nothing_is_unpacked(tmp_path: Path, top: str) -> None:
    home = tmp_path / "home" / "in"
    home.mkdir(parents=True)
    source = zipped(home / "ml-tiny.zip", {top + name: text for name, text in RELEASE.items()})
    titles, ratings, aside = read(open_movielens(source))
    assert (len(titles), len(ratings), aside) == (2, 2, [])
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [source]


def test_a_folder_that_only_wraps_the_release_is_read(tmp_path: Path) -> None:
    put(tmp_path / "downloads" / "ml-tiny", RELEASE)
    assert len(read(open_movielens(tmp_path / "downloads"))[0]) == 2


def test_of_two_files_with_one_name_the_one_nearest_the_top_counts(tmp_path: Path) -> None:
    old = {f"ml/old/{name}": "nonsense" for name in RELEASE}
    source = zipped(tmp_path / "ml.zip", {**{f"ml/{name}": text for name, text in RELEASE.items()}, **old})
    assert len(read(open_movielens(source))[0]) == 2


def test_a_zip_and_its_folder_are_the_same_edition_of_the_same_data_set(tmp_path: Path) -> None:
    folder = open_movielens(put(tmp_path / "ml-tiny", RELEASE))
    packed = open_movielens(zipped(tmp_path / "ml-tiny.zip", {f"ml-tiny/{name}": RELEASE[name] for name in RELEASE}))
    assert (folder.name, folder.digest) == (packed.name, packed.digest) == ("ml-tiny", folder.digest)
    put(tmp_path / "ml-tiny", {"ratings.csv": RATINGS + "7,1,4,1\n"})
    assert open_movielens(tmp_path / "ml-tiny").digest != folder.digest


@pytest.mark.parametrize(
    ("folder", "name"),
    [
        ("ml-10m.v2", "ml-10m.v2"),
        ("ml-25m.zip", "ml-25m"),
        ("My films, 2016", "My-films-2016"),
        ("demo", "demo-of-mine"),
        ("demo.zip", "demo-of-mine"),
        ("…", "files-of-mine"),
        ("x" * 200, "x" * 60),
    ],
)
def test_a_data_set_is_named_like_its_folder_and_never_like_the_demo(folder: str, name: str) -> None:
    assert data_set_name(Path("/some/where") / folder) == name


def test_line_ends_and_byte_order_marks_of_other_systems_are_no_matter(tmp_path: Path) -> None:
    titles, ratings, aside = read_files(
        tmp_path,
        {
            "movies.csv": b"\xef\xbb\xbf" + MOVIES.replace("\n", "\r\n").encode(),
            "ratings.csv": '"userId","movieId","rating","timestamp"\r\n7,1,4.5,1100000000\r\n7,2,5.0,1100000001',
        },
    )
    assert (titles["1"].name, len(ratings), aside) == ("Heat", 2, [])


def test_quotes_in_names_are_kept(tmp_path: Path) -> None:
    titles, _, aside = read_files(tmp_path, {"movies.csv": MOVIES + '3,"""Great Performances"" Cats (1998)",Musical\n'})
    assert (titles["3"].name, aside) == ('"Great Performances" Cats', [])


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("7,1,4.5", "3 fields instead of 4"),
        ("", "the line is empty"),
        ("7,1,4.5,1,9", "5 fields instead of 4"),
        ("7,1,nan,1100000000", "the rating is not between"),
        ("7,1,inf,1100000000", "the rating is not between"),
        ("7,1,-1,1100000000", "the rating is not between"),
        ("7,1,0,1100000000", "the rating is not between"),
        ("7,1,5.5,1100000000", "the rating is not between"),
        ("7,1,1e400,1100000000", "the rating is not between"),
        ("7,1,good,1100000000", "not a number"),
        ("7,1,4,nan", "the time is not"),
        ("7,1,4,-5", "the time is not"),
        ("7,1,4,1e300", "the time is not"),
        ("7,1,4,1100000000000", "the time is not"),
        ("-7,1,4,1100000000", "the user id is not a number"),
        ("٧,1,4,1100000000", "the user id is not a number"),
        ("7,one,4,1100000000", "the film id is not a number"),
        ("9" * 5_000 + ",1,4,1100000000", "the user id is not a number"),
        ('7,"1,4,1100000000', "the quotes do not match"),
        ("7,1,4,11\x00", "not a number"),
    ],
)
def test_a_rating_that_is_none_is_set_aside_with_its_line(tmp_path: Path, row: str, reason: str) -> None:
    _, ratings, aside = read_files(tmp_path, {"ratings.csv": RATINGS + row + "\n7,2,3,1100000002\n"})
    assert [each.line for each in ratings] == [2, 3, 5]
    assert [(each.file, each.line) for each in aside] == [("ratings.csv", 4)]
    assert reason in aside[0].reason
    assert aside[0].text == row[:200]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("3,Heat (1995)", "2 fields instead of 3"),
        ("x,Heat (1995),Crime", "the film id is not a number"),
        ("1,Alien (1979),Horror", "the film is there already"),
        ("01,Alien (1979),Horror", "the film is there already"),
        ("3,,Drama", "the film has no name"),
        ("3,   ,Drama", "the film has no name"),
        ("3," + "x" * 501 + ",Drama", "longer than 500"),
        ("3,Al\x1b[2Jien,Drama", "control characters"),
        ("3,Alien," + "x" * 61, "not genres"),
        ("3,Alien, The (1979),Drama", "4 fields instead of 3"),
    ],
)
def test_a_film_that_is_none_is_set_aside_with_its_line(tmp_path: Path, row: str, reason: str) -> None:
    titles, _, aside = read_files(tmp_path, {"movies.csv": MOVIES + row + "\n"})
    assert list(titles) == ["1", "2"]
    assert [(each.file, each.line) for each in aside] == [("movies.csv", 4)]
    assert reason in aside[0].reason


def test_a_csv_that_is_not_utf_8_loses_its_accented_rows_to_the_report(tmp_path: Path) -> None:
    titles, _, aside = read_files(tmp_path, {"movies.csv": (MOVIES + "3,Amélie (2001),Romance\n").encode("latin-1")})
    assert list(titles) == ["1", "2"]
    assert aside[0].reason == "the line is not UTF-8"


def test_links_and_tags_of_unknown_films_are_set_aside(tmp_path: Path) -> None:
    _, _, aside = read_files(
        tmp_path,
        {
            "links.csv": "movieId,imdbId,tmdbId\n9,1,1\n1,x,1\n2," + "1" * 5_000 + ",\n",
            "tags.csv": "userId,movieId,tag,timestamp\n1,9,good,1\n1,1, ,1\n1,1," + "x" * 201 + ",1\nx,1,good,1\n",
        },
    )
    assert [(each.file, each.line, each.reason) for each in aside] == [
        ("links.csv", 2, "there is no film 9"),
        ("links.csv", 3, "the IMDb id is not a number"),
        ("links.csv", 4, "the IMDb id is not a number"),
        ("tags.csv", 2, "there is no film 9"),
        ("tags.csv", 3, "the tag is empty, too long, or no text"),
        ("tags.csv", 4, "the tag is empty, too long, or no text"),
        ("tags.csv", 5, "the user id is not a number"),
    ]


def test_a_file_whose_last_line_is_cut_loses_that_line_only(tmp_path: Path) -> None:
    _, ratings, aside = read_files(tmp_path, {"ratings.csv": RATINGS[: -len("100000001\n")]})
    assert (len(ratings), aside) == (2, [])  # a time that is cut is still a time: nobody can tell
    _, ratings, aside = read_files(tmp_path, {"ratings.csv": RATINGS[: -len(",1100000001\n")]})
    assert (len(ratings), [each.line for each in aside]) == (1, [3])


def test_ids_with_leading_zeros_are_the_same_ids(tmp_path: Path) -> None:
    _, ratings, _ = read_files(tmp_path, {"ratings.csv": RATINGS + "007,0001,4,1100000000\n"})
    assert (ratings[-1].user, ratings[-1].film) == ("7", "1")


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({"ratings.csv": ""}, "ratings.csv: this file is empty"),
        ({"movies.csv": b""}, "movies.csv: this file is empty"),
        ({"ratings.csv": "user,item,rating\n1,2,3\n"}, "userId,movieId,rating,timestamp"),
        ({"ratings.csv": "userId,movieId,timestamp,rating\n1,2,3,4\n"}, "userId,movieId,rating,timestamp"),
        ({"movies.csv": "movieId,title\n1,Heat\n"}, "movieId,title,genres"),
        ({"movies.csv": MOVIES.encode("utf-16")}, "this is not UTF-8 text"),
        ({"ratings.csv": b"\x00\x01\x02" * 50}, "this is not UTF-8 text"),
        ({"ratings.csv": RATINGS + "x" * (LONGEST_LINE + 1)}, "line 4: this line is longer"),
        ({"tags.csv": "nonsense\n"}, "userId,movieId,tag,timestamp"),
        ({"links.csv": "<html>\n"}, "movieId,imdbId,tmdbId"),
    ],
)
def test_a_file_that_is_something_else_is_refused_with_what_it_should_be(
    tmp_path: Path, files: Mapping[str, str | bytes], says: str
) -> None:
    with pytest.raises(Invalid) as caught:
        read_files(tmp_path, files)
    assert says in str(caught.value)
    assert caught.value.where
    assert caught.value.remedy


def test_a_source_that_is_not_there_is_not_found(tmp_path: Path) -> None:
    for source in (
        tmp_path / "absent",
        Path("/dev/null"),
        tmp_path / "nul\x00",
        put(tmp_path / "x", RELEASE) / "a" / "b",
    ):
        with pytest.raises(NotFound, match="demo"):
            open_movielens(source)


def test_a_folder_of_something_else_says_what_is_there(tmp_path: Path) -> None:
    (tmp_path / "ml" / "ratings.csv").mkdir(parents=True)
    put(tmp_path / "ml", {"movies.csv": MOVIES})
    with pytest.raises(Invalid, match=r"ratings.csv or ratings.dat is missing.*Found: movies.csv"):
        open_movielens(tmp_path / "ml")
    (tmp_path / "empty").mkdir()
    with pytest.raises(Invalid, match="Found: nothing"):
        open_movielens(tmp_path / "empty")


def test_a_name_that_is_too_long_for_the_disk_is_refused(tmp_path: Path) -> None:
    with pytest.raises((Invalid, NotFound)):
        open_movielens(tmp_path / ("x" * 5_000))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_or_file_without_permission_is_refused(tmp_path: Path) -> None:
    release = put(tmp_path / "ml", RELEASE)
    (release / "movies.csv").chmod(0)
    with pytest.raises(Invalid, match="right to read"):
        open_movielens(release)
    release.chmod(0)
    try:
        with pytest.raises(Invalid, match="right to read"):
            open_movielens(release)
    finally:
        release.chmod(0o700)


def test_links_in_a_folder_are_followed_and_broken_ones_are_missing_files(tmp_path: Path) -> None:
    release = put(tmp_path / "ml", {"movies.csv": MOVIES})
    (put(tmp_path / "elsewhere", RELEASE) / "ratings.csv").rename(tmp_path / "r")
    (release / "ratings.csv").symlink_to(tmp_path / "r")
    assert len(read(open_movielens(release))[1]) == 2
    (tmp_path / "r").unlink()
    with pytest.raises(Invalid, match="is missing"):
        open_movielens(release)


def _cut(data: bytes) -> bytes:
    return data[: len(data) // 2]


def _garble(data: bytes) -> bytes:
    return data[:40] + bytes(255 - byte for byte in data[40:60]) + data[60:]


def _encrypt(data: bytes) -> bytes:
    """Set the bit that says so, in every header."""
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = data.find(mark)
        while place >= 0:
            flags = struct.unpack_from("<H", data, place + at)[0] | 1
            data = data[: place + at] + struct.pack("<H", flags) + data[place + at + 2 :]
            place = data.find(mark, place + 4)
    return data


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (_cut, "cut short or damaged"),
        (_garble, "cut short or damaged"),
        (lambda _: b"", "cut short or damaged"),
        (lambda _: b"userId,movieId", "Give the folder or the zip"),
        (_encrypt, "is encrypted"),
    ],
)
def test_a_spoilt_zip_is_refused(tmp_path: Path, spoil: Callable[[bytes], bytes], says: str) -> None:
    big = RATINGS + "".join(f"7,1,{random.Random(n).choice('12345')},{1_100_000_000 + n}\n" for n in range(3_000))
    source = zipped(tmp_path / "ml.zip", {**RELEASE, "ratings.csv": big})
    source.write_bytes(spoil(source.read_bytes()))
    with pytest.raises(Invalid, match=says):
        read(open_movielens(source))


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("movies.csv", MOVIES)
        with archive.open("ratings.csv", "w") as packed:
            for _ in range(70):
                packed.write(bytes(1 << 20))
    with pytest.raises(Invalid, match="a zip bomb"):
        open_movielens(tmp_path / "bomb.zip")


def test_a_zip_that_lies_about_its_size_gives_no_more_than_it_said(tmp_path: Path) -> None:
    source = zipped(tmp_path / "ml.zip", {**RELEASE, "ratings.csv": RATINGS + "7,1,4,1100000000\n" * 500})
    data, real = source.read_bytes(), len(RATINGS) + 17 * 500
    assert struct.pack("<L", real) in data
    source.write_bytes(data.replace(struct.pack("<L", real), struct.pack("<L", 60)))
    with pytest.raises(Invalid, match="damaged"):
        read(open_movielens(source))


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.tuples(st.integers(0, 2_000), st.integers(0, 255)), min_size=1, max_size=8))
def test_a_zip_with_any_bytes_changed_is_read_or_refused(tmp_path: Path, changes: list[tuple[int, int]]) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in RELEASE.items():
            archive.writestr(name, text)
    data = bytearray(packed.getvalue())
    for place, value in changes:
        data[place % len(data)] = value
    (tmp_path / "ml.zip").write_bytes(data)
    with suppress(CinocheError):
        read(open_movielens(tmp_path / "ml.zip"))


def test_a_zip_with_a_file_without_a_name_is_read_all_the_same(tmp_path: Path) -> None:
    source = zipped(tmp_path / "ml.zip", {**RELEASE, "x.txt": "nothing"})
    source.write_bytes(source.read_bytes().replace(b"x.txt", b"\0.txt"))
    titles, _, _ = read(open_movielens(source))
    assert titles


pieces = st.sampled_from(
    [
        b"7",
        b"1",
        b"2",
        b",",
        b"::",
        b'"',
        b"4.5",
        b"1100000000",
        b"\n",
        b"\r\n",
        b"nan",
        b"\x00",
        b"\xe9",
        b"Heat (1995)",
    ]
)
scraps = st.lists(pieces | st.binary(max_size=3), max_size=60).map(b"".join)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(scraps, st.sampled_from(["csv", "dat"]))
def test_every_line_is_a_rating_or_set_aside(tmp_path: Path, scrap: bytes, form: str) -> None:
    header = RATINGS.partition("\n")[0].encode() + b"\n" if form == "csv" else b"7::1::4::1100000000\n"
    for old in tmp_path.glob("r/*"):
        old.unlink()
    release = put(tmp_path / "r", {f"movies.{form}": MOVIES, f"ratings.{form}": header + scrap})
    aside: list[SetAside] = []
    ratings = list(open_movielens(release).ratings(aside.append))
    counted = sum(1 for _ in Archive(release).lines(f"ratings.{form}"))
    assert (
        len(ratings) + len(aside) + (form == "csv")
        == counted
        == (header + scrap).count(b"\n") + (not (header + scrap).endswith(b"\n"))
    )
    assert sorted([each.line for each in ratings] + [each.line for each in aside]) == list(
        range(1 + (form == "csv"), counted + 1)
    )


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(scraps, st.sampled_from(["csv", "dat"]))
def test_every_line_is_a_film_or_set_aside(tmp_path: Path, scrap: bytes, form: str) -> None:
    header = b"movieId,title,genres\n" if form == "csv" else b"5::Alien (1979)::Horror\n"
    for old in tmp_path.glob("m/*"):
        old.unlink()
    release = put(tmp_path / "m", {f"movies.{form}": header + scrap, f"ratings.{form}": RATINGS})
    aside: list[SetAside] = []
    titles = open_movielens(release).titles({}, aside.append)
    counted = sum(1 for _ in Archive(release).lines(f"movies.{form}"))
    assert len(titles) + len(aside) + (form == "csv") == counted
