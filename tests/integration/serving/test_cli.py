"""The command line as a process: what goes to stdout, what to stderr, and with which exit code."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from tests.benchmarks.serving import command, run, surroundings
from tests.conftest import write_release

from cinoche.recommend.families import FAMILIES

UNPRIVILEGED = """
import os, sys
from cinoche import cli, asgi, bootstrap
from cinoche.jobs import doctor, imports, training
from cinoche.recommend import offline
import cinoche.events.adapters.sqlite, cinoche.kit.lock, cinoche.settings
settings = cinoche.settings.read_settings(data_dir=sys.argv.pop(1))
doctor.examine(settings)
bootstrap.recommend_offline(settings.data_dir, ["Heat"], n=1)
if os.getuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
cli.main()
"""


def recommend(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    done = run("recommend", *arguments, "--data", str(folder))
    assert "Traceback" not in done.stderr
    return done


@pytest.mark.parametrize(
    ("named", "found"),
    [
        (["Heat"], ["Heat"]),
        (["the heat"], ["The Heat"]),
        (["the matrx"], ["The Matrix"]),
        (["AMÉLIE"], ["Amelie"]),
        (["Hamlet (1997)"], ["Hamlet"]),
        (["tt0113271", "tmdb:942"], ["Heat", "Alien"]),
    ],
)
def test_a_title_is_found_by_name_typo_or_id(named: list[str], found: list[str], stocked: Path) -> None:
    done = recommend(stocked, *named, "-n", "3", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    said = json.loads(done.stdout)
    assert [seed["name"] for seed in said["seeds"]] == found
    assert len(said["items"]) == 3
    for item in said["items"]:
        assert {"title_id", "name", "year", "score", "evidence"} == item.keys()
    by_id = recommend(stocked, *(seed["title_id"] for seed in said["seeds"]), "-n", "3", "--json")
    assert json.loads(by_id.stdout) == said


def test_lines_are_for_people(stocked: Path) -> None:
    done = recommend(stocked, "Heat", "Alien", "-n", "3")
    assert done.returncode == 0
    assert done.stdout.splitlines()[0] == "Because you like Heat (1991), Alien (1992):"
    assert len(done.stdout.splitlines()) == 4


@pytest.mark.parametrize(
    ("named", "code", "words"),
    [
        ("Hamlet", 4, ["Hamlet (1996)", "Hamlet (1997)", "Add the year"]),
        ("Zyzzyva", 3, ["Zyzzyva", "Check the spelling"]),
        ("tt9999999", 3, ["tt9999999"]),
        ("", 3, ["Check the spelling"]),
        ("'; DROP TABLE users; --", 3, ["DROP TABLE"]),
    ],
)
def test_a_name_that_is_not_one_title_is_said(named: str, code: int, words: list[str], stocked: Path) -> None:
    done = recommend(stocked, named, "--json")
    assert (done.returncode, done.stdout) == (code, "")
    for word in words:
        assert word in done.stderr


def test_what_the_command_line_quotes_gives_no_orders_to_a_terminal(tmp_path: Path) -> None:
    done = run("media", "add", "Heat", "film\x1b]0;owned\x07.mp4", "--data", str(tmp_path))
    assert done.returncode == 2
    assert "film\\u001b]0;owned\\u0007.mp4: there is no such file" in done.stderr


def test_without_a_model_it_says_how_to_get_one(tmp_path: Path) -> None:
    done = recommend(tmp_path / "empty", "Heat")
    assert done.returncode == 6
    assert "cinoche train" in done.stderr
    assert not (tmp_path / "empty").exists()


@pytest.mark.parametrize(
    "path",
    [
        [],
        ["import"],
        ["import", "movielens"],
        ["train"],
        ["recommend"],
        ["evaluate"],
        ["tune"],
        ["model"],
        ["model", "list"],
        ["model", "promote"],
        ["model", "rollback"],
        ["serve"],
        ["doctor"],
    ],
    ids=" ".join,
)
def test_every_command_has_help(path: list[str]) -> None:
    done = run(*path, "--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert "Usage" in done.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["recommend"],
        ["recommend", "Heat", "-n", "0"],
        ["recommend", "Heat", "--nonsense"],
        ["evaluate", "--protocol", "time"],
        ["evaluate", "--protocol", "nonsense", "--interactions", "nowhere.csv"],
        ["evaluate", "--protocol", "time", "--interactions", "nowhere.csv", "--params", "nowhere.json"],
        ["tune", "--interactions", "nowhere.csv", "--out", "params.json", "--trials", "0"],
    ],
    ids=" ".join,
)
def test_a_wrong_argument_exits_2(arguments: list[str]) -> None:
    done = run(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr
    assert "Traceback" not in done.stderr


def test_a_setting_that_is_wrong_is_named() -> None:
    done = run("train", CINOCHE_PORT="many")
    assert done.returncode == 2
    assert "CINOCHE_PORT" in done.stderr


def test_a_reader_who_leaves_early_is_no_error(stocked: Path) -> None:
    line = command("recommend", "Heat", "-n", "30", "--data", str(stocked))
    with subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=surroundings({})) as child:
        assert child.stdout is not None
        child.stdout.close()
        _, said = child.communicate(timeout=30)
    assert (child.returncode, said) == (0, b"")


def test_an_evaluation_is_written_as_json(tmp_path: Path) -> None:
    rows = ["user,item,rating,time"]
    for user in range(60):
        rows += [
            f"u{user},i{(user * 7 + n * (1 + user % 3)) % 40},{3 + n % 3},{1_000_000 + 5_000 * n + 11 * user}"
            for n in range(16)
        ]
    (tmp_path / "rows.csv").write_text("\n".join(rows) + "\n")
    out = tmp_path / "out.json"
    done = run(
        "evaluate", "--interactions", str(tmp_path / "rows.csv"), "--protocol", "next", "--model", "popular-7d",
        "--model", "ease", "--json", str(out), "--markdown", str(tmp_path / "out.md"),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "| ease |" in (tmp_path / "out.md").read_text("utf-8")
    report = json.loads(out.read_text())
    assert (report["protocol"], report["seed"]) == ("next", 0)
    assert report["data"].keys() == {"users", "items", "interactions", "sha256"}
    assert [each["name"] for each in report["models"]] == ["popular-7d", "ease"]
    for model in report["models"]:
        assert model["metrics"].keys() >= {"hr@10", "ndcg@10", "coverage"}
        assert model["metrics"]["hr@10"].keys() == {"value", "low", "high"}
        assert model["cost"].keys() == {"fit_cpu_s", "peak_rss_mb", "request_p50_ms", "request_p99_ms"}
    lost = run(
        "evaluate", "--interactions", str(tmp_path / "rows.csv"), "--protocol", "next", "--json", "/proc/no/where",
    )  # fmt: skip
    assert lost.returncode == 2
    assert "--json" in lost.stderr


def test_the_help_of_train_lists_every_family() -> None:
    said = " ".join(run("train", "--help").stdout.split())
    assert f"The families: {', '.join(FAMILIES)}." in said


def test_an_unknown_family_is_refused_by_name(tmp_path: Path) -> None:
    done = run("train", "oracle", "--data", str(tmp_path))
    assert done.returncode == 2
    assert "There is no model 'oracle'. Choose among popular-7d" in done.stderr


def test_an_import_and_a_training_say_what_they_did_and_a_second_time_that_nothing_changed(tmp_path: Path) -> None:
    release, folder = write_release(tmp_path / "tiny"), str(tmp_path / "data")
    first = run("import", "movielens", str(release), "--data", folder, "--json")
    assert json.loads(first.stdout)["new_ratings"] == 360
    assert run("train", "--data", folder, "--json").returncode == 0
    again = run("import", "movielens", str(release), "--data", folder)
    assert "nothing changed" in again.stdout
    trained = run("train", "--if-needed", "--data", folder, "--json")
    assert json.loads(trained.stdout)["trained"] is False


@pytest.mark.parametrize("arguments", [["import", "movielens", "{}"], ["train"], ["serve", "--port", "0"]])
def test_a_data_folder_that_is_a_file_is_said(arguments: list[str], tmp_path: Path) -> None:
    release = write_release(tmp_path / "tiny")
    (tmp_path / "file").touch()
    done = run(*(each.format(release) for each in arguments), "--data", str(tmp_path / "file"))
    assert done.returncode == 6
    assert "--data" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "arguments", [["train"], ["import", "movielens", "tiny"], ["serve", "--port", "0"], ["doctor"]]
)
def test_a_folder_that_may_only_be_read_is_said(arguments: list[str], folder: Path) -> None:
    done = _as_somebody_else(folder, *arguments)
    assert done.returncode == 6, done.stderr
    assert "right" in done.stderr + done.stdout
    assert "Traceback" not in done.stderr


def test_films_are_recommended_from_a_folder_that_may_only_be_read(folder: Path) -> None:
    done = _as_somebody_else(folder, "recommend", "Heat")
    assert done.returncode == 0, done.stderr


def _as_somebody_else(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command as a user who may read the folder only; everything is loaded before."""
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    scratch = Path(tempfile.gettempdir())
    for parent in folder.parents:
        if parent.is_relative_to(scratch) and parent != scratch:
            parent.chmod(0o755)
    done = subprocess.run(
        [sys.executable, "-c", UNPRIVILEGED, str(folder), *arguments, "--data", str(folder)],
        capture_output=True, text=True, timeout=60, check=False, env=surroundings({}), cwd="/",
    )  # fmt: skip
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    return done


def test_the_doctor_has_nothing_against_a_healthy_folder(stocked: Path) -> None:
    done = run("doctor", "--json", "--data", str(stocked), CINOCHE_PORT="0")
    assert done.returncode == 0, done.stdout
    said = {each["what"]: each for each in json.loads(done.stdout)["findings"]}
    assert all(said[what]["is_well"] for what in ("data folder", "catalogue and log", "recommender", "port"))


def test_the_doctor_says_how_to_begin_and_makes_nothing(tmp_path: Path) -> None:
    done = run("doctor", "--data", str(tmp_path / "empty"), CINOCHE_PORT="0")
    assert done.returncode == 0
    assert "cinoche import movielens demo" in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_the_doctor_finds_a_truncated_artefact(folder: Path) -> None:
    current = (folder / "artefacts" / "current").read_text().strip()
    os.truncate(folder / "artefacts" / current / "ease.weights.npy", 100)
    done = run("doctor", "--data", str(folder), CINOCHE_PORT="0")
    assert "ease.weights.npy" in done.stdout
    assert "cinoche train" in done.stdout


@pytest.mark.parametrize("start", [0, 8_192])
def test_the_doctor_finds_a_damaged_log(start: int, folder: Path) -> None:
    with (folder / "events.db").open("r+b") as file:
        file.seek(start)
        file.write(b"\xff" * 40_000)
    done = run("doctor", "--data", str(folder), CINOCHE_PORT="0")
    assert done.returncode == 6
    assert "events.db" in done.stdout
    assert "backup" in done.stdout
    trained = run("train", "--data", str(folder))
    assert trained.returncode == 6
    assert "events.db" in trained.stderr
    assert "Traceback" not in trained.stderr


def test_a_schema_of_a_newer_cinoche_is_left_alone(folder: Path) -> None:
    with sqlite3.connect(folder / "cinoche.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    done = run("train", "--data", str(folder))
    assert done.returncode == 6
    assert "9999" in done.stderr
    assert "newer" in done.stderr


def test_a_zip_that_is_none_is_said(tmp_path: Path) -> None:
    (tmp_path / "broken.zip").write_bytes(b"PK\x03\x04 nothing")
    done = run("import", "movielens", str(tmp_path / "broken.zip"), "--data", str(tmp_path / "data"))
    assert done.returncode == 2
    assert "broken.zip" in done.stderr
    assert "Traceback" not in done.stderr
    shutil.rmtree(tmp_path / "data", ignore_errors=True)
