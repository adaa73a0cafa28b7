"""Reading ratings files: every usual shape, and every bad one refused with its line and reason."""

import hashlib
import sys
from pathlib import Path

import numpy as np
import pytest

from cinoche.kit.errors import Invalid
from cinoche.recommend.evaluation import read_ratings
from cinoche.recommend.evaluation.columns import Columns, joined
from cinoche.recommend.evaluation.text_blocks import read_text

CSV = "userId,movieId,rating,timestamp\r\n1,10,4.0,100\r\n1,11,2.5,90\r\n2,10,5.0,80\r\n"


def write(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("ratings.csv", CSV),
        ("ratings.csv", "\ufeff" + CSV),
        ("ratings.csv", CSV + "\r\n"),
        ("ratings.dat", "1::0010::4.0::100\n1::0011::2.5::90\n2::0010::5.0::80\n"),
        ("u.data", "1\t10\t4.0\t100\n1\t11\t2.5\t90\n2\t10\t5.0\t80\n"),
        (
            "x.csv",
            "time,rating,item,user\n1970-01-01T00:01:40+00:00,4,a,p\n1970-01-01T00:01:30Z,2.5,b,p\n1970-01-01T00:01:20,5,a,q\n",
        ),
    ],
)
def test_the_usual_shapes_are_read(tmp_path: Path, name: str, content: str) -> None:
    read = read_ratings(write(tmp_path, name, content))
    assert read.users.tolist() == [0, 0, 1]
    assert read.items.tolist() == [0, 1, 0]
    assert read.ratings is not None
    assert read.ratings.tolist() == [4.0, 2.5, 5.0]
    assert read.times.tolist() == [100.0, 90.0, 80.0]
    assert read.is_timed
    assert read.threshold == 4.0
    assert len(read.sha256) == 64


def test_an_order_or_nothing_may_stand_for_times(tmp_path: Path) -> None:
    ordered = read_ratings(write(tmp_path, "a.csv", "user,item,order\n1,2,7\n1,3,5\n"))
    assert (ordered.is_timed, ordered.ratings, ordered.times.tolist()) == (False, None, [7.0, 5.0])
    bare = read_ratings(write(tmp_path, "b.csv", "user,item\n1,2\n1,3\n"))
    assert bare.times.tolist() == [0.0, 1.0]


def test_parquet_is_read(tmp_path: Path) -> None:
    pa = pytest.importorskip("pyarrow")
    pq = pytest.importorskip("pyarrow.parquet")
    table = pa.table({
        "user": ["u", "v"], "item": [1, 2], "rating": [1.0, 2.0],
        "time": pa.array(np.array([1, 2], "datetime64[s]")),
    })  # fmt: skip
    path = tmp_path / "x.parquet"
    pq.write_table(table, path)
    assert read_ratings(path).times.tolist() == [1.0, 2.0]
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(Invalid, match="not a whole parquet file"):
        read_ratings(path)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.csv", "", r"a\.csv: The file is empty"),
        ("a.csv", "user,item\n", "has no rows"),
        ("a.dat", "", "has no rows"),
        ("a.csv", "user,rating\n1,2\n", r"a\.csv:1: There is no column for the item among: user, rating"),
        ("a.csv", CSV + "3,10", r"a\.csv:5: The row has 2 columns where 4 are needed; the file may be cut short"),
        ("a.dat", "1::2::3::4\n1::2\n", r"a\.dat:2: The row has 2 columns"),
        ("a.csv", "user,item,rating\n1,2,3\n1,3,nan\n", r"a\.csv:3: The rating 'nan' is not a number"),
        ("a.csv", "user,item,time\n1,2,3\n1,3,soon\n", r"a\.csv:3: The time 'soon' is not a number"),
        ("a.csv", "user,item,time\n1,2,2020-01-01\n1,3,x\n", r"a\.csv:3: The time"),
        ("a.csv", "user,item,rating\n1,2,inf\n", r"a\.csv:2: The rating 'inf'"),
        ("a.csv", "user,item\n,2\n", r"a\.csv:2: The user is missing"),
        ("a.csv", b"user,item\n1,2\n1,\xff\n", r"a\.csv:3: The file is not UTF-8"),
        ("a.csv", b"user,item\n1,\x00\n", "not text"),
        ("a.csv", 'user,item\n1,"2\n', "cannot be read"),
        ("a.parquet", b"PAR1", "not a whole parquet file"),
    ],
)
def test_bad_files_are_refused_with_the_reason(tmp_path: Path, name: str, content: str | bytes, reason: str) -> None:
    if name.endswith("parquet"):
        pytest.importorskip("pyarrow")
    with pytest.raises(Invalid, match=reason) as error:
        read_ratings(write(tmp_path, name, content))
    assert error.value.remedy


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="no such file"):
        read_ratings(tmp_path / "absent.csv")


def in_blocks(path: Path, block: int) -> tuple[list[object], ...]:
    columns = Columns(str(path))
    read_text(path, columns, hashlib.sha256(), block)
    parts = (columns.users.parts, columns.items.parts, columns.ratings, columns.times)
    return (*(joined(part).tolist() for part in parts), list(columns.items.codes))  # type: ignore[type-var]


def many(mark: str, n: int = 400) -> str:
    rows = ((f"u{k // 7}", k * 37 % 90, k % 10 / 2, 1_000 + k) for k in range(n))
    return "".join(mark.join(map(str, row)) + "\n" for row in rows)


@pytest.mark.parametrize("block", [7, 64, 1000])
@pytest.mark.parametrize(("name", "mark"), [("x.csv", ","), ("x.dat", "::"), ("x.data", "\t")])
def test_a_file_reads_the_same_in_blocks_of_any_size(tmp_path: Path, name: str, mark: str, block: int) -> None:
    head = "user,item,rating,time\n" if mark == "," else ""
    path = write(tmp_path, name, head + many(mark))
    assert in_blocks(path, block) == in_blocks(path, 1 << 20)


def test_a_file_reads_the_same_without_pyarrow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pyarrow")
    path = write(tmp_path, "x.csv", "user,item,rating,time\n" + many(","))
    fast = in_blocks(path, 512)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    assert in_blocks(path, 512) == fast


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("u9,5,nan,3", "The rating 'nan' is not a number"),
        ("u9,5,2.0,2020-01-01", "The time '2020-01-01' is not a number"),
        ("u9,5,2.0", "The row has 3 columns where 4 are needed"),
        (",5,2.0,3", "The user is missing"),
        ("", "The row has 0 columns"),
        ("u9,\xff,2.0,3", "not UTF-8"),
    ],
)
def test_what_is_wrong_in_a_later_block_is_named_by_its_line(tmp_path: Path, row: str, reason: str) -> None:
    whole = "user,item,rating,time\n" + many(",", 300) + row + "\n" + many(",", 50)
    path = write(tmp_path, "x.csv", whole.encode("latin-1"))
    with pytest.raises(Invalid, match=reason) as error:
        in_blocks(path, 512)
    assert error.value.where == f"{path}:302"


def test_columns_are_compact_and_names_are_kept_once(tmp_path: Path) -> None:
    read = read_ratings(write(tmp_path, "x.csv", "user,item,rating,time\n" + many(",")))
    assert read.ratings is not None
    kinds = [each.dtype.name for each in (read.users, read.items, read.ratings, read.times)]
    assert kinds == ["int32", "int32", "float32", "float64"]
    assert len(read.names) == len(set(read.names)) == 90
    assert read.sha256 == hashlib.sha256((tmp_path / "x.csv").read_bytes()).hexdigest()
