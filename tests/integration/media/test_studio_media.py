"""The Studio's media through the door: uploads in pieces, jobs, assets; operators alone."""

import base64
import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import event
from starlette.types import Message
from tests.integration.conftest import with_cheap_passwords
from tests.integration.media.conftest import TITLE

from cinoche.api.access import ACCESS, Access
from cinoche.asgi import build_app
from cinoche.bootstrap import Services
from cinoche.catalog.models import HOUSE, Kind, TitleRecord
from cinoche.jobs import media as jobs
from cinoche.kit.clock import DAY_S
from cinoche.kit.errors import Conflict
from cinoche.playback.uploads import Uploads
from cinoche.playback.verify import verify
from cinoche.playback.work import JobState, Wish

STUDIO = "/api/v1/studio"
TUS = {"Tus-Resumable": "1.0.0"}


@pytest.fixture
def operator(cinema: Services) -> Iterator[TestClient]:
    """An operator who is signed in."""
    services = with_cheap_passwords(cinema)
    services.accounts.ensure_demo("a long sentence")
    with TestClient(build_app(services)) as client:
        answer = client.post(
            "/api/v1/sessions", json={"email": "studio@cinoche.example", "password": "a long sentence"}
        )
        client.cookies.clear()
        client.headers["Authorization"] = f"Bearer {answer.json()['token']}"
        yield client


def begin(client: TestClient, size: int, *, headers: dict[str, str] | None = None, **metadata: str):
    pairs = {"filename": "pier.mp4", "title_id": TITLE, **metadata}
    said = ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in pairs.items())
    sent = {**TUS, "Upload-Length": str(size), "Upload-Metadata": said, **(headers or {})}
    return client.post(f"{STUDIO}/uploads", headers=sent)


def send(client: TestClient, place: str, data: bytes, offset: int, **headers: str):
    kind = {"Content-Type": "application/offset+octet-stream", "Upload-Offset": str(offset)}
    return client.patch(place, content=data, headers={**TUS, **kind, **headers})


def test_a_film_sent_in_pieces_becomes_a_job_and_plays(operator: TestClient, cinema: Services, films: Path) -> None:
    data = (films / "small.mp4").read_bytes()
    half = len(data) // 2
    begun = begin(operator, len(data), sha256=hashlib.sha256(data).hexdigest())
    assert begun.status_code == 201
    assert begun.headers["Tus-Resumable"] == "1.0.0"
    place = begun.headers["Location"]
    first = send(operator, place, data[:half], 0)
    assert (first.status_code, first.headers["Upload-Offset"]) == (204, str(half))
    assert "Cinoche-Job" not in first.headers
    looked = operator.head(place, headers=TUS)
    assert (looked.headers["Upload-Offset"], looked.headers["Upload-Length"]) == (str(half), str(len(data)))
    assert looked.headers["Cache-Control"] == "no-store"
    last = send(operator, place, data[half:], half)
    job_id = last.headers["Cinoche-Job"]
    assert operator.get(f"{STUDIO}/jobs/{job_id}").json()["state"] == "queued"
    assert jobs.work_through(cinema, forever=False) == 1
    job = operator.get(f"{STUDIO}/jobs/{job_id}").json()
    assert (job["state"], job["stage"], job["progress"]) == ("done", "done", 1.0)
    assert job["title_name"] == TITLE.capitalize()
    assert any("can be watched" in line["text"] for line in job["log"])
    (asset,) = operator.get(f"{STUDIO}/media").json()["items"]
    assert (asset["title_id"], asset["state"], asset["heights"]) == (TITLE, "ready", [180])
    assert operator.delete(f"{STUDIO}/media/{TITLE}").status_code == 204
    assert operator.get(f"{STUDIO}/media").json()["items"] == []


def test_who_lost_the_last_answer_is_told_again(operator: TestClient, cinema: Services, refused) -> None:
    place = begin(operator, 4).headers["Location"]
    assert send(operator, place, b"fi", 0).status_code == 204
    job_id = send(operator, place, b"lm", 2).headers["Cinoche-Job"]
    assert cinema.media.tables.pending_bytes() == 0
    for again in (send(operator, place, b"lm", 2), send(operator, place, b"", 4), operator.head(place, headers=TUS)):
        assert again.status_code in {200, 204}
        assert (again.headers["Upload-Offset"], again.headers["Upload-Length"]) == ("4", "4")
        assert again.headers["Cinoche-Job"] == job_id
    assert job_id in refused(operator.delete(place), 409)["detail"]
    assert (cinema.media.folder_of(job_id) / "source").read_bytes() == b"film"
    jobs.work_through(cinema, forever=False)
    assert operator.get(f"{STUDIO}/jobs/{job_id}").json()["state"] == "failed"
    assert send(operator, place, b"lm", 2).headers["Cinoche-Job"] == job_id
    assert len(operator.get(f"{STUDIO}/jobs").json()["items"]) == 1
    assert not any(cinema.media.incoming.iterdir())


def test_an_upload_that_came_whole_before_a_crash_becomes_a_job_when_asked_about(
    operator: TestClient, cinema: Services
) -> None:
    place = begin(operator, 4).headers["Location"]
    upload_id = place.rpartition("/")[2]
    with Uploads(cinema.media, largest=100).writing(upload_id, 0) as write:
        write(b"film")
    looked = operator.head(place, headers=TUS)
    assert (looked.headers["Upload-Offset"], looked.headers["Cinoche-Job"]) == ("4", upload_id)


def test_an_upload_whose_title_is_worked_on_waits_for_its_turn(operator: TestClient) -> None:
    first, second = (begin(operator, 4).headers["Location"] for _ in range(2))
    job_id = send(operator, first, b"film", 0).headers["Cinoche-Job"]
    assert send(operator, second, b"film", 0).status_code == 409
    assert operator.head(second, headers=TUS).status_code == 423
    operator.post(f"{STUDIO}/jobs/{job_id}/cancel")
    assert operator.head(second, headers=TUS).headers["Cinoche-Job"] == second.rpartition("/")[2]


def test_a_film_that_became_no_job_because_the_database_broke_is_still_here(
    operator: TestClient, cinema: Services
) -> None:
    place = begin(operator, 4).headers["Location"]
    uploads, upload_id = Uploads(cinema.media, largest=100), place.rpartition("/")[2]
    with uploads.writing(upload_id, 0) as write:
        write(b"film")

    def refuse(_connection: object) -> None:
        raise OSError("the disk is full")

    event.listen(cinema.engine, "commit", refuse)
    with pytest.raises(OSError, match="full"):
        uploads.finish(upload_id)
    event.remove(cinema.engine, "commit", refuse)
    assert uploads.get(upload_id)[1] == 4
    job_id = send(operator, place, b"", 4).headers["Cinoche-Job"]
    assert (cinema.media.folder_of(job_id) / "source").read_bytes() == b"film"
    assert not any(cinema.media.incoming.iterdir())


def test_a_piece_elsewhere_than_at_the_end_is_refused(operator: TestClient, refused) -> None:
    place = begin(operator, 100).headers["Location"]
    assert send(operator, place, b"x" * 40, 0).status_code == 204
    refused(send(operator, place, b"x" * 40, 0), 409, "Upload-Offset")
    refused(send(operator, place, b"x" * 40, 41), 409, "Upload-Offset")
    assert send(operator, place, b"x" * 40, 40).headers["Upload-Offset"] == "80"
    refused(send(operator, place, b"x" * 40, 80), 413, "Upload-Length")
    refused(send(operator, place, b"", 80, **{"Content-Type": "text/plain"}), 415, "Content-Type")
    refused(operator.patch(place, content=b"", headers={"Upload-Offset": "80"}), 412, "Tus-Resumable")
    refused(send(operator, place, b"x", 80, **{"Upload-Offset": "-1"}), 422, "Upload-Offset")


def test_an_upload_that_is_cut_in_the_middle_of_a_piece_goes_on_from_its_last_byte(operator: TestClient) -> None:
    place = begin(operator, 8).headers["Location"]
    said = {**TUS, "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
    headers = {**said, "Authorization": operator.headers["Authorization"], "Host": "testserver"}
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "PATCH",
        "scheme": "http",
        "path": place,
        "raw_path": place.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(key.lower().encode(), value.encode()) for key, value in headers.items()],
        "client": ("testclient", 50_000),
        "server": ("testserver", 80),
    }
    coming: list[Message] = [
        {"type": "http.request", "body": b"a fi", "more_body": True},
        {"type": "http.disconnect"},
    ]

    async def receive() -> Message:
        return coming.pop(0)

    async def send_back(_message: Message) -> None:
        raise AssertionError("nobody is there to be answered")

    assert operator.portal is not None
    operator.portal.call(operator.app, scope, receive, send_back)
    assert operator.head(place, headers=TUS).headers["Upload-Offset"] == "4"
    assert "Cinoche-Job" in send(operator, place, b"lm..", 4).headers


def test_what_is_no_film_is_refused_before_it_is_sent(operator: TestClient, cinema: Services, refused) -> None:
    refused(begin(operator, 100, filename="report.pdf"), 422, "Upload-Metadata.filename")
    refused(begin(operator, 100, filename="film"), 422, "Upload-Metadata.filename")
    refused(begin(operator, 0), 422, "Upload-Length")
    refused(begin(operator, 10**15), 413, "Upload-Length")
    refused(begin(operator, 100, title_id="nobody"), 404, "Upload-Metadata.title_id")
    refused(begin(operator, 100, sha256="abc"), 422, "Upload-Metadata.sha256")
    refused(begin(operator, 100, headers={"Upload-Metadata": "filename ???"}), 422, "Upload-Metadata")
    refused(begin(operator, 100, headers={"Upload-Length": "many"}), 422, "Upload-Length")
    refused(begin(operator, 100, headers={"Tus-Resumable": "0.2.2"}), 412, "Tus-Resumable")
    with cinema.catalog.writing() as writer:
        writer.put([TitleRecord("serial", Kind.SERIES, "Serial", 2026, HOUSE.source)])
    refused(begin(operator, 100, title_id="serial"), 422, "Upload-Metadata.title_id")
    assert not cinema.media.incoming.exists() or not any(cinema.media.incoming.iterdir())


def test_a_name_with_slashes_is_only_a_name(operator: TestClient, cinema: Services) -> None:
    place = begin(operator, 4, filename="../../etc/passwd/../film.mp4").headers["Location"]
    job_id = send(operator, place, b"film", 0).headers["Cinoche-Job"]
    assert operator.get(f"{STUDIO}/jobs/{job_id}").json()["file_name"] == "film.mp4"
    assert {path.name for path in cinema.media.folder_of(job_id).iterdir()} == {"source"}


@pytest.mark.parametrize(
    "name", ["\0.mp4", "a\nb.mp4", "film\x1b[2J.mp4", "\u202efilm.mp4", "x" * 900 + ".mp4", "\0" * 300 + ".mp4", ".mp4"]
)
def test_a_hostile_name_is_kept_as_what_a_database_and_a_terminal_can_take(
    operator: TestClient, cinema: Services, name: str
) -> None:
    place = begin(operator, 4, filename=name).headers["Location"]
    kept = cinema.media.tables.find_upload(place.rpartition("/")[2])
    assert kept is not None
    assert kept.file_name.isprintable()
    assert len(kept.file_name) <= 255
    job_id = send(operator, place, b"film", 0).headers["Cinoche-Job"]
    assert operator.get(f"{STUDIO}/jobs/{job_id}").json()["file_name"] == kept.file_name
    assert {path.name for path in cinema.media.folder_of(job_id).iterdir()} == {"source"}


@pytest.mark.parametrize("upload_id", ["..", "%2e%2e%2fsecret", "A" * 70, "a" * 5_000, "a%00b", "é", "x'--"])
def test_no_name_of_an_upload_leads_anywhere(
    operator: TestClient, cinema: Services, upload_id: str, tmp_path: Path
) -> None:
    before = sorted(cinema.settings.data_dir.rglob("*"))
    place = f"{STUDIO}/uploads/{upload_id}"
    for answer in (operator.head(place, headers=TUS), send(operator, place, b"x", 0), operator.delete(place)):
        assert answer.status_code in {404, 405}
    assert sorted(cinema.settings.data_dir.rglob("*")) == before


@pytest.mark.parametrize("offset", ["-1", "+0", "0x0", "0.0", "1e0", "٠", " ", "", "9" * 18, "9" * 5_000, "0,0"])
def test_an_offset_is_where_the_upload_ends_or_nothing(operator: TestClient, cinema: Services, offset: str) -> None:
    place = begin(operator, 4).headers["Location"]
    answer = send(operator, place, b"film", 0, **{"Upload-Offset": offset.encode()})
    assert answer.status_code in {409, 422}
    assert operator.head(place, headers=TUS).headers["Upload-Offset"] == "0"


@pytest.mark.parametrize(
    "said",
    [
        "filename " + "A" * 5_000,
        "," * 4_000,
        "filename",
        "filename  ,title_id",
        "filename ////",
        "filename gICA",
        "\xff",
        "title_id aGFyYm91cg==",
    ],
)
def test_metadata_that_are_none_begin_nothing(operator: TestClient, cinema: Services, said: str) -> None:
    headers = {"Upload-Metadata": said.encode("latin-1")}
    assert begin(operator, 4, headers=headers).status_code in {404, 422}
    assert not cinema.media.incoming.exists()


def test_a_piece_for_an_upload_that_went_meanwhile_leaves_nothing_behind(
    operator: TestClient, cinema: Services, refused
) -> None:
    place = begin(operator, 4).headers["Location"]
    (cinema.media.incoming / place.rpartition("/")[2]).unlink()  # as whoever finishes or removes it does
    refused(send(operator, place, b"film", 0), 409, "Upload-Offset")
    assert not any(cinema.media.incoming.iterdir())


def test_a_film_that_came_damaged_is_refused(operator: TestClient, refused) -> None:
    place = begin(operator, 4, sha256=hashlib.sha256(b"film").hexdigest()).headers["Location"]
    refused(send(operator, place, b"folm", 0), 422, "Upload-Metadata.sha256")
    refused(send(operator, place, b"", 4), 404)


def test_two_uploads_for_one_title_make_one_job(operator: TestClient, refused) -> None:
    first, second = (begin(operator, 4).headers["Location"] for _ in range(2))
    job_id = send(operator, first, b"film", 0).headers["Cinoche-Job"]
    assert job_id in refused(send(operator, second, b"film", 0), 409)["detail"]
    assert job_id in refused(begin(operator, 4), 409)["detail"]
    cancelled = operator.post(f"{STUDIO}/jobs/{job_id}/cancel")
    assert cancelled.json()["state"] == "cancelled"
    refused(operator.post(f"{STUDIO}/jobs/{job_id}/cancel"), 409)
    assert send(operator, second, b"", 4).headers["Cinoche-Job"] != job_id


def test_a_job_that_failed_says_why_and_can_be_tried_again(operator: TestClient, cinema: Services, refused) -> None:
    place = begin(operator, 4).headers["Location"]
    job_id = send(operator, place, b"film", 0).headers["Cinoche-Job"]
    jobs.work_through(cinema, forever=False)
    (job,) = operator.get(f"{STUDIO}/jobs").json()["items"]
    assert job["state"] == "failed"
    assert {"message", "where", "remedy"} == job["trouble"].keys()
    assert job["trouble"]["where"] == "pier.mp4"
    assert operator.post(f"{STUDIO}/jobs/{job_id}/retry").json()["state"] == "queued"
    refused(operator.post(f"{STUDIO}/jobs/{job_id}/retry"), 409)
    refused(operator.post(f"{STUDIO}/jobs/nothing/retry"), 404)


def test_an_upload_to_which_nothing_comes_goes_away(operator: TestClient, cinema: Services, refused) -> None:
    place = begin(operator, 100).headers["Location"]
    given_up = begin(operator, 100).headers["Location"]
    assert operator.delete(given_up).status_code == 204
    refused(operator.delete(given_up), 404)
    cinema.media.clock = lambda: cinema.clock() + DAY_S + 1
    Uploads(cinema.media, largest=100).tidy()
    refused(send(operator, place, b"x", 0), 404)
    assert not any(cinema.media.incoming.iterdir())


def test_uploads_say_what_they_can_do(operator: TestClient) -> None:
    answer = operator.options(f"{STUDIO}/uploads")
    assert answer.status_code == 204
    assert answer.headers["Tus-Version"] == "1.0.0"
    assert "creation" in answer.headers["Tus-Extension"]


def test_only_operators_come_in(cinema: Services, operator: TestClient, refused) -> None:
    client = TestClient(operator.app)
    refused(client.get(f"{STUDIO}/media"), 401)
    client.post("/api/v1/accounts", json={"email": "ada@example.org", "password": "a long sentence"})
    signed = client.post("/api/v1/sessions", json={"email": "ada@example.org", "password": "a long sentence"})
    client.cookies.clear()
    client.headers["Authorization"] = f"Bearer {signed.json()['token']}"
    for method, path in ACCESS:
        if path.startswith((f"{STUDIO}/media", f"{STUDIO}/jobs", f"{STUDIO}/uploads")):
            assert ACCESS[method, path] is Access.OPERATOR
            answer = client.request(method, path.replace("{title_id}", TITLE))
            assert answer.status_code == 403, (method, path)


def test_a_film_of_another_size_replaces_the_one_that_plays(
    operator: TestClient, cinema: Services, films: Path
) -> None:
    jobs.add(cinema, TITLE, films / "silent.mp4")
    data = (films / "small.mp4").read_bytes()
    place = begin(operator, len(data)).headers["Location"]
    send(operator, place, data, 0)
    jobs.work_through(cinema, forever=False)
    asset = cinema.media.asset_of(TITLE)
    assert asset is not None
    assert [each.language for each in asset.audio] == ["fr"]
    assert verify(cinema.media.store, asset) == []


def test_of_two_jobs_on_one_title_the_database_itself_refuses_the_second(cinema: Services) -> None:
    media = cinema.media
    first = media.cancel(media.enqueue(TITLE, "a.mp4", Wish()).job_id)
    second = media.cancel(media.enqueue(TITLE, "b.mp4", Wish()).job_id)
    media.retry(first.job_id)
    with pytest.raises(Conflict, match=first.job_id):
        media.retry(second.job_id)
    assert not media.tables.change(second.job_id, [JobState.CANCELLED], state=JobState.QUEUED)
    assert media.job(second.job_id).state is JobState.CANCELLED
