"""Draw the recommender's figures and what experiments have shown from the log, where every worker finds them."""

import os
import time
from pathlib import Path
from typing import Final

import msgspec

from cinoche.bootstrap import Services
from cinoche.kit.clock import HOUR_S
from cinoche.kit.errors import Unavailable
from cinoche.recommend import artefact
from cinoche.recommend.catalogue import PROPOSED_KINDS
from cinoche.recommend.experiments import report
from cinoche.recommend.experiments.report import Reports
from cinoche.recommend.experiments.tally import Trials
from cinoche.recommend.health import FILE, Exposure, Health, Titles, health

LOOK_EVERY_S: Final = 60.0
"""The least time between two drawings where the log has something new."""


class HealthWatch:
    """The figures of one house: the log is read once, then its tail; after an erasure anew, without the person."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._exposure, self._trials = Exposure(), Trials()
        self._offset = 0
        self._erasures = services.log.erasures()
        self._drawn_at = -HOUR_S

    def look(self) -> None:
        """Draw the figures when the last ones are an hour old, or a minute where there is something new."""
        waited_s = time.monotonic() - self._drawn_at
        if waited_s >= HOUR_S or (waited_s >= LOOK_EVERY_S and self._services.log.end() != self._offset):
            self.draw()
            self._drawn_at = time.monotonic()

    def draw(self) -> Health:
        """Draw the figures of now and write them down."""
        found = self.reports()
        drawn = health(self._exposure, _titles(self._services), self._services.clock())
        folder = self._services.settings.data_dir
        _write(folder / FILE, drawn)
        _write(folder / report.FILE, found)
        return drawn

    def reports(self) -> Reports:
        """Draw up what experiments have shown by now."""
        self._catch_up()
        return report.reports(self._services.experiments.all(), self._trials, self._services.clock())

    def _catch_up(self) -> None:
        log = self._services.log
        erasures = log.erasures()  # before the events: an erasure meanwhile is seen the next time
        if erasures != self._erasures or log.end() < self._offset:
            self._exposure, self._trials = Exposure(), Trials()
            self._offset, self._erasures = 0, erasures
        while self._offset < log.end():
            tail = log.read(self._offset)
            for recorded in tail.events:
                self._trials.fold(recorded.event, self._exposure.fold(recorded.event))
            self._offset = tail.offset
            self._exposure.let_go(self._services.clock())


def _titles(services: Services) -> Titles:
    faces = services.catalog.faces().faces
    try:
        model = artefact.open_current(services.settings.artefacts)
        likes = dict(zip(model.title_ids, model.counts.tolist(), strict=True))
        people = int(model.manifest.metrics.get("users", 0))
    except Unavailable:
        likes, people = {}, 0
    return Titles(
        proposed=[face.title_id for face in faces if face.kind in PROPOSED_KINDS],
        genres={face.title_id: face.genres for face in faces},
        likes=likes,
        people=people,
    )


def _write(path: Path, drawn: Health | Reports) -> None:
    aside = path.with_name(f".{path.name}-{os.getpid()}")
    try:
        aside.write_bytes(msgspec.json.encode(drawn))
        aside.replace(path)
    except OSError as error:
        raise Unavailable(
            f"the figures cannot be written ({error.strerror}).", where=str(path), remedy="Check the data folder."
        ) from error
