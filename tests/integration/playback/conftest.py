"""A house with films to play, a clock that can be moved, and a player."""

import itertools
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from tests.integration.conftest import Town, Viewer, certify, with_cheap_passwords

from cinoche.asgi import build_app
from cinoche.bootstrap import open_services
from cinoche.catalog.models import Kind, TitleRecord
from cinoche.playback.models import Asset, AssetState, AudioTrack, Chapter, Rendition, TextTrack
from cinoche.settings import read_settings

V1 = "/api/v1"
SEGMENT = bytes(range(256)) * 16
FILES = {
    "manifest.mpd": b"<MPD/>",
    "master.m3u8": b"#EXTM3U\n",
    "video/480/00001.m4s": SEGMENT,
    "video/480/00002.m4s": SEGMENT[::-1],
    "audio/fr/00001.m4s": SEGMENT[:100],
    "text/fr.vtt": b"WEBVTT\n",
    "poster.jpg": b"\xff\xd8\xff",
}
_numbers = itertools.count()


class HandClock:
    """A clock that only its holder moves."""

    def __init__(self) -> None:
        self.now = float(int(time.time()))

    def __call__(self) -> float:
        return self.now

    def pass_s(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds


def make_asset(title_id: str, *, duration_s: float = 1_000.0, credits_at_s: float | None = None) -> Asset:
    """Describe a film of two segments, in French and English."""
    return Asset(
        asset_id=f"asset{next(_numbers)}",
        title_id=title_id,
        state=AssetState.READY,
        duration_s=duration_s,
        dash="manifest.mpd",
        hls="master.m3u8",
        poster="poster.jpg",
        trickplay=None,
        renditions=(Rendition(480, 854, 900_000),),
        audio=(AudioTrack("en", "English"), AudioTrack("fr", "Français")),
        text=(
            TextTrack("en", "English", "captions", "text/en.vtt"),
            TextTrack("fr", "Français", "subtitles", "text/fr.vtt"),
        ),
        size_bytes=sum(map(len, FILES.values())),
        created_at=1.0,
        chapters=(Chapter(0.0, "One"),),
        credits_at_s=credits_at_s,
    )


@dataclass
class Cinema(Town):
    """A town with films, and the hand of its clock."""

    clock: HandClock = field(default_factory=HandClock)
    folder: Path = Path()

    def screen(self, title_id: str, **asset: Any) -> Asset:
        """Make a title playable."""
        made = make_asset(title_id, **asset)
        for path, data in FILES.items():
            source = self.folder / "source"
            source.write_bytes(data)
            self.services.media.store.put(f"{made.asset_id}/{path}", source)
            source.unlink()
        self.services.media.publish(made)
        return made

    def series(self, episodes: int = 3) -> tuple[str, list[str]]:
        """Add a series of one season, whose episodes can be played; tell its id and theirs."""
        ids = [f"episode{number}" for number in range(1, episodes + 1)]
        records = [
            TitleRecord("series", Kind.SERIES, "The Reels", 2026, "movielens"),
            TitleRecord("season", Kind.SEASON, "Season 1", 2026, "movielens", parent_id="series", number=1),
            *(
                TitleRecord(each, Kind.EPISODE, f"Reel {number}", 2026, "movielens", parent_id="season", number=number)
                for number, each in enumerate(ids, start=1)
            ),
        ]
        with self.services.catalog.writing() as writer:
            writer.put(records)
        for each in ids:
            self.screen(each)
        return "series", ids

    def player(self, viewer: Viewer, title_id: str, **wish: Any) -> "Player":
        """Begin to play a title, which must be possible."""
        answer = self.ask_to_play(viewer, title_id, **wish)
        assert answer.status_code == 201, answer.text
        return Player(self, viewer, answer.json())

    def ask_to_play(self, viewer: Viewer, title_id: str, **wish: Any) -> Response:
        """Ask to play a title."""
        body = {"profile_id": viewer.profile_id, "title_id": title_id, **wish}
        return viewer.client.post(f"{V1}/play-sessions", json=body)


@dataclass
class Player:
    """What plays: it knows its play session, and tells where it is."""

    cinema: Cinema
    viewer: Viewer
    session: dict[str, Any]

    @property
    def base(self) -> str:
        """The address under which the film lies."""
        return str(self.session["dash"]).rpartition("/")[0] + "/"

    def get(self, path: str, **headers: str) -> Response:
        """Get a file of the film, as somebody who only has its address."""
        return self.cinema.client.get(self.base + path, headers={k.replace("_", "-"): v for k, v in headers.items()})

    def beats(self, *beats: dict[str, Any], **more: Any) -> Response:
        """Send heartbeats, as somebody who only has the token."""
        body = {"token": self.session["token"], "beats": list(beats), **more}
        return self.cinema.client.post(f"{V1}/play-sessions/{self.session['play_session_id']}/heartbeats", json=body)

    def at(self, position_s: float, state: str = "playing", **more: Any) -> dict[str, Any]:
        """Tell a position, which must be taken; give the answer."""
        answer = self.beats(make_beat(position_s, state), **more)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def stop(self) -> Response:
        """Stop, as the owner of the account."""
        return self.viewer.client.delete(f"{V1}/play-sessions/{self.session['play_session_id']}")


def make_beat(position_s: float, state: str = "playing", **more: Any) -> dict[str, Any]:
    """Make a heartbeat with an id of its own."""
    return {"beat_id": f"beat{next(_numbers)}", "state": state, "position_s": position_s, **more}


@pytest.fixture
def open_cinema(trained: Path, tmp_path: Path) -> Iterator[Callable[..., Cinema]]:
    """Open a copy of the trained folder with a clock in hand, as one more worker each time."""
    clock = HandClock()
    with ExitStack() as stack:

        def open_one(**settings: object) -> Cinema:
            copy = tmp_path / "data"
            if not copy.exists():
                shutil.copytree(trained, copy)
            chosen = read_settings(data_dir=copy, **{"open_rate": "100000/minute", **settings})
            services = with_cheap_passwords(stack.enter_context(open_services(chosen, clock=clock)))
            client = stack.enter_context(TestClient(build_app(services)))
            return Cinema(services, client, clock, tmp_path)

        yield open_one


@pytest.fixture
def cinema(open_cinema: Callable[..., Cinema]) -> Cinema:
    """A house with its door open, in which some films are certified."""
    opened = open_cinema()
    certify(opened.services)
    return opened


@pytest.fixture
def ada(cinema: Cinema) -> Viewer:
    """Somebody who is signed in."""
    return cinema.viewer()
