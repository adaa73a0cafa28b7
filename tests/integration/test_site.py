"""The site over HTTP: its files, its headers, and the posters of a catalogue."""

import gzip
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from fastapi.testclient import TestClient
from starlette.applications import Starlette
from tests.integration.conftest import Town, Viewer

from cinoche.catalog.models import Face, Faces, Kind
from cinoche.catalog.pictures import poster_address
from cinoche.web.site import site_routes

PAGE = b"<!doctype html><title>Cinoche</title>"
SCRIPT = b"console.log('here')"
FILM = Face("f-1", "Les Enfants du paradis", 1945, Kind.FILM, genres=("Drama",), directors=("Marcel Carn\u00e9",))


def worded(name: str, language: str) -> bytes:
    return f'<!doctype html><html lang="{language}"><title>{name}</title>'.encode()


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """A folder as the build leaves it."""
    folder = tmp_path / "dist"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_bytes(PAGE)
    (folder / "index.html.gz").write_bytes(gzip.compress(PAGE))
    for language in ("en", "fr"):
        for name in ("front", "sign-in"):
            (folder / f"{name}.{language}.html").write_bytes(worded(name, language))
    (folder / "sw.js").write_bytes(SCRIPT)
    (folder / "manifest.webmanifest").write_bytes(b"{}")
    (folder / "assets" / "main-4f2a.js").write_bytes(SCRIPT)
    (folder / "assets" / "main-4f2a.js.br").write_bytes(b"br bytes")
    (folder / "assets" / "main-4f2a.js.gz").write_bytes(gzip.compress(SCRIPT))
    (tmp_path / "secret.txt").write_bytes(b"secret")
    return folder


@pytest.fixture
def site() -> Callable[..., TestClient]:
    """Open a site alone on a folder, for a catalogue of one film."""

    def open_site(folder: Path, *, may_see: bool = True) -> TestClient:
        faces = Faces(1, (FILM,), {FILM.title_id: 0})
        routes = site_routes(lambda: faces, may_see=lambda _request, _face: may_see, mark="route", folder=folder)
        return TestClient(Starlette(routes=routes), headers={"Accept-Encoding": "identity"}, follow_redirects=False)

    return open_site


@pytest.mark.parametrize("address", ["/home", "/titles/abc", "/search?q=h%C3%A9", "/sign-up", "/front"])
def test_every_address_of_a_page_is_answered_with_the_page(site, built: Path, address: str) -> None:
    page = site(built).get(address)
    assert page.status_code == 200
    assert page.content == PAGE
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    ("address", "name"), [("/", "front"), ("/sign-in", "sign-in"), ("/sign-in?next=%2Fhome", "sign-in")]
)
@pytest.mark.parametrize(
    ("accepted", "cookie", "language"),
    [
        ("fr-FR,fr;q=0.9,en;q=0.8", "", "fr"),
        ("en-GB", "", "en"),
        ("de", "", "en"),
        ("fr", "cinoche_language=en", "en"),
        ("en", "cinoche_language=fr", "fr"),
        ("fr", "cinoche_language=../../secret", "fr"),
    ],
)
def test_a_way_in_comes_with_its_words_in_the_language_of_who_asks(
    site, built: Path, address: str, name: str, accepted: str, cookie: str, language: str
) -> None:
    page = site(built).get(address, headers={"Accept-Language": accepted, "Cookie": cookie})
    assert page.content == worded(name, language)
    assert page.headers["cache-control"] == "no-cache"
    assert "default-src 'self'" in page.headers["content-security-policy"]
    assert {each.strip() for each in page.headers["vary"].split(",")} == {
        "Accept-Encoding",
        "Accept-Language",
        "Cookie",
    }


def test_a_way_in_has_a_tag_for_each_language(site, built: Path) -> None:
    client = site(built)
    french = client.get("/", headers={"Accept-Language": "fr"}).headers["etag"]
    assert client.get("/", headers={"Accept-Language": "fr", "If-None-Match": french}).status_code == 304
    english = client.get("/", headers={"Accept-Language": "en", "If-None-Match": french})
    assert english.status_code == 200
    assert english.content == worded("front", "en")


def test_who_is_signed_in_gets_a_way_in_without_the_words_of_strangers(site, built: Path) -> None:
    page = site(built).get("/", headers={"Cookie": "cinoche_csrf=abc"})
    assert page.content == PAGE
    assert "Cookie" in page.headers["vary"]


def test_a_page_that_is_the_same_for_everybody_does_not_vary_with_them(site, built: Path) -> None:
    assert site(built).get("/home", headers={"Accept-Language": "fr"}).headers["vary"] == "Accept-Encoding"


def test_a_page_loads_nothing_from_elsewhere_and_is_framed_by_nobody(site, built: Path) -> None:
    headers = site(built).get("/").headers
    policy = headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["referrer-policy"] == "same-origin"
    assert "camera=()" in headers["permissions-policy"]


def test_the_service_worker_may_fetch_what_it_keeps(site, built: Path) -> None:
    policy = site(built).get("/sw.js").headers["content-security-policy"]
    assert "connect-src 'self'" in policy
    assert "default-src 'none'" in policy


def test_a_page_that_has_not_changed_is_not_sent_again(site, built: Path) -> None:
    client = site(built)
    etag = client.get("/home").headers["etag"]
    again = client.get("/home", headers={"If-None-Match": f'"other", W/{etag}'})
    assert again.status_code == 304
    assert again.content == b""
    assert client.get("/home", headers={"If-None-Match": '"other"'}).status_code == 200


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip, deflate, br", "br"),
        ("gzip", "gzip"),
        ("br;q=0, gzip;q=0.5", "gzip"),
        ("*", "br"),
        ("identity", None),
        ("br;q=0.0, *;q=0", None),
    ],
)
def test_a_file_comes_in_the_best_form_that_a_client_takes(site, built: Path, accepted: str, encoding) -> None:
    with site(built).stream("GET", "/assets/main-4f2a.js", headers={"Accept-Encoding": accepted}) as script:
        sent = b"".join(script.iter_raw())
    assert script.headers.get("content-encoding") == encoding
    assert script.headers["vary"] == "Accept-Encoding"
    assert script.headers["content-length"] == str(len(sent))
    assert script.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert script.headers["content-type"] == "text/javascript; charset=utf-8"
    assert (b"br bytes" if encoding == "br" else gzip.compress(SCRIPT) if encoding else SCRIPT) == sent


def test_each_form_has_a_tag_of_its_own(site, built: Path) -> None:
    client = site(built)
    tags = {
        client.head("/assets/main-4f2a.js", headers={"Accept-Encoding": each}).headers["etag"] for each in ("br", "")
    }
    assert len(tags) == 2


def test_what_keeps_its_name_is_asked_for_each_time(site, built: Path) -> None:
    client = site(built)
    assert client.get("/sw.js").headers["cache-control"] == "no-cache"
    manifest = client.get("/manifest.webmanifest").headers
    assert manifest["cache-control"] == "no-cache"
    assert manifest["content-type"] == "application/manifest+json"


@pytest.mark.parametrize(
    "address",
    [
        "/assets/gone.js",
        "/assets/",
        "/favicon.php",
        "/api/v1/nothing",
        "/media/x/y",
        "/metrics",
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/assets/..%2f..%2fsecret.txt",
    ],
)
def test_what_is_not_there_is_not_the_page(site, built: Path, address: str) -> None:
    assert site(built).get(address).status_code == 404


@pytest.mark.parametrize("address", ["/", "/home", "/assets/main-4f2a.js", poster_address(FILM)])
def test_the_site_is_only_read(site, built: Path, address: str) -> None:
    client = site(built)
    assert client.head(address).status_code == 200
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        assert client.request(method, address).status_code == 405


def test_without_a_built_site_the_top_says_how_to_build_it(site, tmp_path: Path) -> None:
    client = site(tmp_path / "nothing")
    page = client.get("/")
    assert page.status_code == 200
    assert "make web" in page.text
    assert "<html" in page.text
    assert "http" not in page.text.replace("http-equiv", "")
    assert client.get("/home").status_code == 404
    assert client.get(poster_address(FILM)).status_code == 200


def test_a_poster_is_kept_for_ever_under_its_key(site, built: Path) -> None:
    client = site(built)
    poster = client.get(poster_address(FILM), headers={"Accept-Encoding": "gzip"})
    assert poster.status_code == 200
    assert poster.headers["content-type"] == "image/svg+xml"
    assert poster.headers["content-encoding"] == "gzip"
    assert poster.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert "sandbox" in poster.headers["content-security-policy"]
    assert ET.fromstring(poster.text).get("viewBox") == "0 0 300 450"
    wide = client.get(poster_address(FILM).replace(".svg", "-wide.svg"))
    assert ET.fromstring(wide.text).get("viewBox") == "0 0 480 270"
    again = client.get(
        poster_address(FILM), headers={"If-None-Match": client.get(poster_address(FILM)).headers["etag"]}
    )
    assert again.status_code == 304


def test_an_old_key_leads_to_the_new_poster_and_only_who_may_see_the_title(site, built: Path) -> None:
    moved = site(built).get("/posters/f-1-00000000-wide.svg")
    assert moved.status_code == 302
    assert moved.headers["location"] == poster_address(FILM).replace(".svg", "-wide.svg")
    assert moved.headers["cache-control"] == "no-cache"
    assert site(built, may_see=False).get("/posters/f-1-00000000.svg").status_code == 404
    assert site(built, may_see=False).get(poster_address(FILM)).status_code == 200


@pytest.mark.parametrize(
    "file", ["f-2-00000000.svg", "f-1.svg", "f-1-0000000g.svg", "f-1-00000000.png", "f-1-00000000-tall.svg"]
)
def test_there_is_no_poster_of_what_is_no_title(site, built: Path, file: str) -> None:
    assert site(built).get(f"/posters/{file}").status_code == 404


def test_every_face_of_the_api_says_where_its_poster_is(town: Town, ada: Viewer) -> None:
    listed = ada.client.get("/api/v1/titles").json()["items"]
    for face in listed:
        poster = town.client.get(face["poster"])
        assert poster.status_code == 200
        assert face["name"] in "".join(ET.fromstring(poster.text).itertext())
        assert face["poster"] == ada.client.get(f"/api/v1/titles/{face['title_id']}").json()["poster"]


def test_a_child_is_not_led_to_the_poster_of_a_film_for_adults(town: Town, ada: Viewer) -> None:
    face = ada.client.get("/api/v1/titles").json()["items"][0]
    stale = f"/posters/{face['title_id']}-00000000.svg"
    assert ada.client.get(stale, follow_redirects=False).status_code == 302
    child = ada.client.post("/api/v1/profiles", json={"name": "Zoé", "is_kids": True}).json()
    ada.client.put("/api/v1/sessions/current/profile", json={"profile_id": child["profile_id"]})
    assert ada.client.get(stale, follow_redirects=False).status_code == 404


def test_what_the_api_does_not_know_stays_a_problem(town: Town, refused) -> None:
    refused(town.client.get("/api/v1/nothing"), 404)
    refused(town.client.get("/assets/nothing.js"), 404)
    refused(town.client.get("/posters/nothing.svg"), 404)
    wrong = town.client.get("/api/v1/accounts")
    refused(wrong, 405)
    assert wrong.headers["allow"] == "POST"
