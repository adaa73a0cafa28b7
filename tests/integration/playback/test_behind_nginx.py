"""The recipe in deploy/nginx, with a real nginx before a real server: the same rule, the same answers."""

import http.client
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.benchmarks import nginx
from tests.benchmarks.nginx import Nginx
from tests.benchmarks.serving import V1, Client, Server, Viewer, wait_until
from tests.integration.playback.conftest import FILES, SEGMENT, make_asset, make_beat

from cinoche.bootstrap import open_services
from cinoche.playback.models import Asset
from cinoche.settings import read_settings

pytestmark = [
    pytest.mark.skipif(nginx.PROGRAM is None, reason="there is no nginx on this machine"),
    pytest.mark.slow,
]

VIDEO = "video/480/00001.m4s"
STOPS_WITHIN_S = 10.0
OWN = {"date", "server", "connection", "x-request-id", "last-modified", "transfer-encoding"}


@dataclass
class Answer:
    """What was answered, byte by byte."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def ask(port: int, path: str, *, method: str = "GET", **headers: str) -> Answer:
    """Ask with the address exactly as it is given."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    answer = connection.getresponse()
    found = Answer(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())
    connection.close()
    return found


@dataclass
class House:
    """A server with two films, an nginx before it, and somebody who is signed in through that."""

    server: Server
    proxy: Nginx
    viewer: Viewer
    assets: list[Asset]

    def play(self, asset: Asset) -> dict[str, Any]:
        """Begin to play a film."""
        body = {"profile_id": self.viewer.profile_id, "title_id": asset.title_id}
        answer = self.viewer.ask("POST", f"{V1}/play-sessions", body)
        assert answer.status == 201, answer
        found: dict[str, Any] = answer.json
        return found

    def both(self, path: str, **wish: str) -> tuple[Answer, Answer]:
        """Ask nginx, and the server that is behind it."""
        return ask(self.proxy.port, path, **wish), ask(self.server.port, path, **wish)


@pytest.fixture(scope="module")
def house(trained: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    root = tmp_path_factory.mktemp("nginx")
    folder = shutil.copytree(trained, root / "data")
    with open_services(read_settings(data_dir=folder)) as services:
        titles = [face.title_id for face in services.catalog.faces().faces[:2]]
        assets = [make_asset(title_id) for title_id in titles]
        for asset in assets:
            for path, data in FILES.items():
                (root / "source").write_bytes(data)
                services.media.store.put(f"{asset.asset_id}/{path}", root / "source")
                (root / "source").unlink()
            services.media.publish(asset)
    with (
        Server(folder, workers=2, CINOCHE_MEDIA_WORKERS="0") as server,
        Nginx(root / "nginx", media=folder / "media", backend=server.port) as proxy,
    ):
        viewer = nginx_client(proxy).join("ada@example.org")
        yield House(server, proxy, viewer, assets)


def nginx_client(proxy: Nginx) -> Client:
    return Client(proxy.port)


def base_of(session: Mapping[str, Any]) -> str:
    return str(session["dash"]).rpartition("/")[0] + "/"


def test_what_is_not_a_film_passes_through(house: House) -> None:
    assert house.viewer.get(f"{V1}/me")["profiles"]
    assert ask(house.proxy.port, "/healthz").status == 200
    assert ask(house.proxy.port, "/media-check", X_Original_URI="/media/a/b/").status == 404


def test_good_tokens_get_the_same_files_with_the_same_headers(house: House) -> None:
    base = base_of(house.play(house.assets[0]))
    for path, data in FILES.items():
        for method in ("GET", "HEAD"):
            here, there = house.both(base + path, method=method)
            assert (here.status, here.body) == (there.status, there.body) == (200, data if method == "GET" else b"")
            assert unlike(here, there) == {}, path


def unlike(here: Answer, there: Answer) -> dict[str, tuple[str | None, str | None]]:
    names = (here.headers.keys() | there.headers.keys()) - OWN
    both = {name: (here.headers.get(name), there.headers.get(name)) for name in names}
    return {name: pair for name, pair in both.items() if pair[0] != pair[1]}


@pytest.mark.parametrize(
    "wanted",
    ["bytes=0-0", "bytes=10-19", "bytes=4000-", "bytes=-7", "bytes=0-99999", "bytes=9-2", "bytes=0-1,5-6", "x"],
)
def test_ranges_are_the_same(house: House, wanted: str) -> None:
    path = base_of(house.play(house.assets[0])) + VIDEO
    here, there = house.both(path, Range=wanted)
    assert (here.status, here.body) == (there.status, there.body)
    # nginx leaves one header out with a part, and one in when Cinoche overrules it: both say nothing wrong.
    assert unlike(here, there).keys() <= {"content-range" if here.status == 200 else "accept-ranges"}


def test_a_range_beyond_the_end_is_refused_with_the_size(house: House) -> None:
    path = base_of(house.play(house.assets[0])) + VIDEO
    for answer in house.both(path, Range="bytes=4096-"):
        assert answer.status == 416
        assert answer.headers["content-range"] == f"bytes */{len(SEGMENT)}"
        assert answer.headers["content-type"] == "application/problem+json"


def test_a_copy_that_is_good_is_good_for_both(house: House) -> None:
    path = base_of(house.play(house.assets[0])) + VIDEO
    here, there = house.both(path)
    assert here.headers["etag"] == there.headers["etag"]
    for answer in house.both(path, If_None_Match=here.headers["etag"]):
        assert (answer.status, answer.body) == (304, b"")
        assert answer.headers["cache-control"] == here.headers["cache-control"]


def test_forged_foreign_and_missing_are_refused_in_the_same_words(house: House) -> None:
    session = house.play(house.assets[0])
    token, own, other = session["token"], house.assets[0].asset_id, house.assets[1].asset_id
    expires, rest = token.split(".", 1)
    assert ask(house.proxy.port, f"/media/{token}/{own}/{VIDEO}").status == 200
    for path, status in (
        (f"/media/{token[:-1]}/{own}/{VIDEO}", 403),
        (f"/media/{int(expires) + 1}.{rest}/{own}/{VIDEO}", 403),
        (f"/media/1.{rest}/{own}/{VIDEO}", 403),
        (f"/media/{token}/{other}/{VIDEO}", 403),
        (f"/media/x/{own}/{VIDEO}", 403),
        (f"/media/{token}/{own}/video/480/00003.m4s", 404),
        (f"/media/{token}/{own}/video/480", 404),
    ):
        here, there = house.both(path)
        assert (here.status, there.status) == (status, status), path
        assert here.headers["content-type"] == there.headers["content-type"] == "application/problem+json"
        assert "cache-control" not in here.headers or here.headers["cache-control"] == "no-store"


def test_no_address_leads_out_of_the_asset_however_it_is_written(house: House) -> None:
    session = house.play(house.assets[0])
    token, own, other = session["token"], house.assets[0].asset_id, house.assets[1].asset_id
    good = f"/media/{token}/{own}"
    assert ask(house.proxy.port, f"{good}/{VIDEO}").status == 200
    for path in (
        f"{good}/../{other}/{VIDEO}",
        f"{good}/..%2f{other}/{VIDEO}",
        f"{good}/%2e%2e/{other}/{VIDEO}",
        f"{good}/../../x/{other}/{VIDEO}",
        f"{good}/../../../media/x/{other}/{VIDEO}",
        f"{good}/../../../../etc/passwd",
        f"{good}/%2fetc/passwd",
        f"{good}//etc/passwd",
        f"{good}/..\\..\\secret",
        f"{good}/.hidden",
        f"{good}/video/480/00001.m4s%00.jpg",
        f"/media/{token}/../data/secret",
        f"/media//{own}/{VIDEO}",
        f"/media/{token}//{VIDEO}",
    ):
        assert ask(house.proxy.port, path).status in {400, 403, 404}, path


def test_a_revoked_session_stops_within_ten_seconds(house: House) -> None:
    base = base_of(house.play(house.assets[0]))
    viewer = nginx_client(house.proxy).join("bob@example.org")
    body = {"profile_id": viewer.profile_id, "title_id": house.assets[0].title_id}
    revoked = base_of(viewer.ask("POST", f"{V1}/play-sessions", body).json)
    assert ask(house.proxy.port, revoked + VIDEO).status == 200
    assert viewer.ask("DELETE", f"{V1}/sessions/current").status == 204
    wait_until(lambda: ask(house.proxy.port, revoked + VIDEO).status == 403, within_s=STOPS_WITHIN_S)
    assert ask(house.proxy.port, base + VIDEO).status == 200


def test_heartbeats_pass_through(house: House) -> None:
    session = house.play(house.assets[0])
    path = f"{V1}/play-sessions/{session['play_session_id']}/heartbeats"
    answer = house.viewer.ask("POST", path, {"token": session["token"], "beats": [make_beat(5)]})
    assert answer.json["goes_on"] is True
