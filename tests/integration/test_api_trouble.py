"""When the disk fails: nothing is acknowledged, the reason and the remedy are told, and it works again afterwards."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

V1 = "/api/v1"


@contextmanager
def files_no_larger_than(size: int) -> Iterator[None]:
    """Let the system refuse to write beyond a size, as a full disk does."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def batches(viewer, title_id):
    while True:
        yield [viewer.event("title.liked", title_id) for _ in range(1_000)]


def test_a_full_disk_refuses_events_with_the_remedy_and_takes_them_when_there_is_room(ada, town, refused):
    heat = town.title("Heat")
    acknowledged = town.services.log.end()
    with files_no_larger_than(1_500_000):
        for batch in batches(ada, heat):
            answer = ada.send(*batch)
            if answer.status_code != 200:
                break
            acknowledged = answer.json()["offset"]
        problem = refused(answer, 503, "events.db")
        assert "disk" in problem["detail"]
        assert str(town.services.settings.data_dir) not in answer.text
        refused(ada.send(*batch), 503)
        for place in ("home", "recommendations", "history", "ratings"):
            assert ada.get(place).status_code == 200
        assert town.services.log.end() == acknowledged
    assert ada.send(*batch).json() == {"accepted": 1_000, "duplicates": 0, "offset": acknowledged + 1_000}
    assert ada.client.put(ada.path("ratings", heat), json={"rating": 5}).status_code == 204


@pytest.mark.parametrize(("pragma", "word"), [("query_only = ON", "written"), ("max_page_count = 1", "full")])
def test_a_log_that_cannot_be_written_refuses_and_works_again(ada, town, monkeypatch, refused, pragma, word):
    heat = town.title("Heat")
    end = town.services.log.end()
    file = town.services.log._file
    connect = file._connect

    def limited():
        connection = connect()
        connection.execute(f"PRAGMA {pragma}")
        return connection

    with monkeypatch.context() as patch:
        patch.setattr(file, "_connect", limited)
        file._writer = None
        review = {"text": "x" * 9_000}
        problem = refused(ada.client.put(ada.path("reviews", heat), json=review), 503, "events.db")
        assert word in problem["detail"]
        events = [ada.event("title.reviewed", heat, text="x" * 9_000) for _ in range(20)]
        refused(ada.send(*events), 503, "events.db")
        assert ada.get("home").status_code == 200
    assert town.services.log.end() == end
    assert ada.send(*events).json()["accepted"] == 20


def test_a_database_that_cannot_be_written_refuses_and_works_again(ada, town, refused):
    before = ada.client.get(f"{V1}/profiles").json()
    wal = town.services.settings.data_dir / "cinoche.db-wal"
    with files_no_larger_than(max(wal.stat().st_size, 40_000)):
        for number in range(4):
            answer = ada.client.post(f"{V1}/profiles", json={"name": f"Bob {number}"})
            if answer.status_code != 201:
                break
            before["items"].append(answer.json())
        problem = refused(answer, 503, "cinoche.db")
        assert "disk" in problem["detail"]
        assert ada.client.get(f"{V1}/profiles").json() == before
    assert ada.client.post(f"{V1}/profiles", json={"name": "Eve"}).status_code == 201


def test_before_the_first_training_a_page_says_what_to_do(tmp_path, open_town, refused):
    (tmp_path / "empty").mkdir()
    town = open_town("empty")
    ada = town.viewer()
    for place in ("home", "recommendations"):
        problem = refused(ada.get(place), 503)
        assert "cinoche" in problem["remedy"]
        assert str(tmp_path) not in str(problem)
    refused(town.client.get("/readyz"), 503, "recommender")
    assert town.client.get("/healthz").status_code == 200
    assert ada.client.get(f"{V1}/titles").json() == {"items": [], "next": None}
    assert ada.items("history") == []
    refused(town.client.post(f"{V1}/recommendations", json={"liked": ["Heat"]}), 404, "body.liked[0]")
