"""The package as it is released: it brings the site along, and serves it where there is no Node and no clone."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = "<!doctype html><title>Cinoche, from a wheel</title>"
ASK = """
from starlette.applications import Starlette
from starlette.testclient import TestClient
from cinoche.catalog.models import Face, Faces, Kind
from cinoche.catalog.pictures import poster_address
from cinoche.web.site import site_routes

film = Face("f", "Alien", 1979, Kind.FILM)
routes = site_routes(lambda: Faces(1, (film,), {"f": 0}), may_see=lambda *_: True, mark="route")
client = TestClient(Starlette(routes=routes))
print(client.get("/").text)
print(client.get("/assets/main-1.js").headers["cache-control"])
print(client.get(poster_address(film)).status_code)
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel built from a copy of the sources, with a small site where the build would have put one."""
    copy = tmp_path_factory.mktemp("clone")
    shutil.copytree(ROOT / "src", copy / "src", ignore=shutil.ignore_patterns("__pycache__", "dist"))
    for name in ("pyproject.toml", "README.md", "LICENSE", ".gitignore"):
        shutil.copy(ROOT / name, copy)
    site = copy / "src" / "cinoche" / "web" / "dist"
    (site / "assets").mkdir(parents=True)
    (site / "index.html").write_text(PAGE, encoding="utf-8")
    (site / "assets" / "main-1.js").write_text("1", encoding="utf-8")
    (site / "assets" / "main-1.js.br").write_bytes(b"1")
    made = copy / "made"
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(made)], cwd=copy, check=True)
    return next(made.glob("*.whl"))


def test_the_wheel_brings_the_site_the_letters_and_their_licence(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {
        "cinoche/web/dist/index.html",
        "cinoche/web/dist/assets/main-1.js.br",
        "cinoche/web/unbuilt.html",
        "cinoche/web/posters/glyphs.json.gz",
        "cinoche/web/posters/OFL.txt",
    } <= names


def test_what_it_installs_serves_the_site(wheel: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path / "installed")
    environment = os.environ | {"PYTHONPATH": str(tmp_path / "installed"), "PYTHONWARNINGS": "ignore"}
    said = subprocess.run(
        [sys.executable, "-c", ASK], cwd=tmp_path, env=environment, check=True, capture_output=True, text=True
    )
    assert said.stdout.split("\n")[:3] == [PAGE, "public, max-age=31536000, immutable", "200"]
