"""From a file to a film that plays: each step is finished or not begun, so that a job goes on where it was killed."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from cinoche.kit.errors import CinocheError, Invalid, Unavailable
from cinoche.kit.telemetry import frames_of, get_logger
from cinoche.playback import encode, reels, trickplay
from cinoche.playback.adapters.files import trouble_of
from cinoche.playback.ladder import Rung, frame_rate, ladder
from cinoche.playback.languages import UNKNOWN, name_of
from cinoche.playback.models import Asset, AssetState, AudioTrack, Rendition, TextTrack
from cinoche.playback.package import Parts, bandwidths, package
from cinoche.playback.probe import Film, Track, duration_of, probe
from cinoche.playback.service import LEASE_S, Media
from cinoche.playback.tools import Limits
from cinoche.playback.work import ACTIVE, Job, JobState, Stage, Trouble

MOST_ATTEMPTS: Final = 4
FIRST_WAIT_S: Final = 30.0
"""How long a job waits after its first failure that may pass; then four times as long, each time."""

FIRST: Final = ("first.mpd", "first.m3u8")
WHOLE: Final = ("film.mpd", "film.m3u8")
"""The manifests of the first rung alone, and those of all; DASH in front."""

_BEAT_EVERY_S: Final = 1.0
_SPANS: Final = {
    Stage.DRAWING: (0.0, 0.05),
    Stage.PROBING: (0.05, 0.06),
    Stage.ENCODING_FIRST: (0.06, 0.3),
    Stage.PACKAGING_FIRST: (0.3, 0.35),
    Stage.ENCODING_REST: (0.35, 0.95),
    Stage.PACKAGING: (0.95, 1.0),
}
"""From where to where a stage takes the progress of its job."""

Watch = Callable[[Stage, float], None]
"""Told the stage and the progress of a job as it goes on."""


class Lost(Exception):
    """The job is no longer this worker's."""


class Yielded(Exception):
    """The job stands back until others can be watched too."""


@dataclass(frozen=True, slots=True)
class Sound:
    """A sound to encode: its track, the file and the stream it is in, and its name in the package."""

    track: AudioTrack
    file: str
    stream: str
    name: str

    @property
    def result(self) -> str:
        """The file that it is encoded to."""
        return f"audio-{self.name}.mp4"


def run_job(media: Media, job: Job, worker: str, *, watch: Watch, patient: bool, niceness: int = 0) -> Job:
    """Do a job that was claimed; how it ended stands in its row, and nothing is raised that is the job's own trouble.

    ``patient`` tries again later what may pass (a full disk), and lets other jobs go first once this can be watched.
    When this process is asked to stop, the job goes back into the queue, and what it had finished is kept.
    """
    maker = _Maker(media, job, worker, watch, patient=patient, limits=Limits(niceness=niceness))
    try:
        if job.attempts > 2 * MOST_ATTEMPTS:
            raise Invalid(
                "its worker died in the middle of it, again and again.",
                where=job.file_name,
                remedy="Encode the film anew with another program, or give the machine more memory, then retry.",
            )
        maker.make()
    except Lost:
        if media.job(job.job_id).state not in ACTIVE:  # else it is another worker's, and so is what it stored
            _sweep(media, job)
    except Yielded:
        media.tables.stand_back(job.job_id, worker)
    except (SystemExit, KeyboardInterrupt):
        media.tables.stand_back(job.job_id, worker)
        raise
    except OSError as error:
        _fail(media, job, worker, trouble_of(error, Path(str(error.filename or media.work))), patient=patient)
    except CinocheError as error:
        _fail(media, job, worker, error, patient=patient)
    except Exception as error:  # noqa: BLE001 - a defect must not take the worker along; the job says so
        get_logger().error("media job broke", error=type(error).__name__, frames=frames_of(error))
        defect = CinocheError(
            f"a defect of ours ended it ({type(error).__name__}).", remedy="Tell the operator; the log has the place."
        )
        _fail(media, job, worker, defect, patient=False)
    else:
        media.tables.leave(
            job.job_id, worker, state=JobState.DONE, stage=Stage.DONE, progress=1.0, ended_at=media.clock()
        )
        media.clear(job.job_id)
    return media.job(job.job_id)


def _fail(media: Media, job: Job, worker: str, error: CinocheError, *, patient: bool) -> None:
    now = media.clock()
    trouble = Trouble(error.message, error.where, error.remedy, is_passing=isinstance(error, Unavailable))
    is_tried_again = trouble.is_passing and patient and job.attempts < MOST_ATTEMPTS
    with suppress(Unavailable):  # a disk that is full may not take a line either; the lease runs out, then
        media.tables.write(job.job_id, now, str(error))
        if is_tried_again:
            wait_s = FIRST_WAIT_S * 4 ** (job.attempts - 1)
            media.tables.leave(job.job_id, worker, trouble=trouble, state=JobState.QUEUED, not_before=now + wait_s)
            media.tables.write(job.job_id, now, f"It is tried again in {wait_s:.0f} s.")
        else:
            media.tables.leave(job.job_id, worker, trouble=trouble, state=JobState.FAILED, ended_at=now)
    _sweep(media, job)


def _sweep(media: Media, job: Job) -> None:
    """Leave nothing half-published: what no asset names goes."""
    asset = media.asset_of(job.title_id)
    if asset is None or asset.asset_id != job.job_id:
        with suppress(CinocheError):
            media.store.remove(job.job_id)


class _Maker:
    """One job on its way."""

    def __init__(self, media: Media, job: Job, worker: str, watch: Watch, *, patient: bool, limits: Limits) -> None:
        self._media = media
        self._job = job
        self._worker = worker
        self._watch = watch
        self._patient = patient
        self._limits = limits
        self._folder = media.folder_of(job.job_id)
        self._stage = job.stage
        self._beaten_at = 0.0

    def make(self) -> None:
        """Take every step that is not yet taken."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self._bring()
        self._enter(Stage.PROBING)
        film = probe(self._folder, "source", shown=self._job.file_name, tick=self._tick)
        credits_at_s = self._job.wish.credits_at_s
        if credits_at_s is not None and credits_at_s >= film.duration_s:
            raise Invalid(
                f"the film ends after {film.duration_s:.1f} s, before its credits at {credits_at_s:g} s.",
                where="--credits-at",
                remedy="Add it again, with the second at which its credits begin, or without.",
            )
        rungs = ladder(film.width, film.height, film.fps)
        sounds = list(self._sounds(film))
        self._say_film(film, rungs, sounds)
        asset = self._media.asset_of(self._job.title_id)
        if asset is None or asset.asset_id != self._job.job_id:
            self._first(film, rungs, sounds)
            if len(rungs) > 1:
                self._let_others_first()
        elif asset.state is AssetState.READY:
            self._media.publish(asset)  # it may have been cut short between the asset and the catalogue
            return
        if len(rungs) > 1:
            self._enter(Stage.ENCODING_REST)
            encode.encode_rungs(self._folder, film, rungs[1:], sounds=(), share=self._beat, limits=self._limits)
            self._enter(Stage.PACKAGING)
            self._publish(film, rungs, sounds, WHOLE, AssetState.READY)
            self._say("All rungs can be watched.")

    def _first(self, film: Film, rungs: Sequence[Rung], sounds: Sequence[Sound]) -> None:
        self._enter(Stage.ENCODING_FIRST)
        first = rungs[0]
        tracks = [(each.file, each.stream, each.result) for each in sounds]
        encode.encode_rungs(self._folder, film, [first], sounds=tracks, share=self._beat, limits=self._limits)
        made_s = duration_of(self._folder, first.file)
        if made_s < 0.95 * film.duration_s - 2:
            (self._folder / first.file).unlink()
            raise Invalid(
                f"the film is cut short: it says {film.duration_s:.0f} s, and {made_s:.0f} s of it can be read.",
                where=self._job.file_name,
                remedy="Copy it again, whole.",
            )
        self._enter(Stage.PACKAGING_FIRST)
        is_all = len(rungs) == 1
        self._publish(
            film, [first], sounds, WHOLE if is_all else FIRST, AssetState.READY if is_all else AssetState.WATCHABLE
        )
        now = self._media.clock()
        self._update(watchable_at=now)
        self._say(f"It can be watched, at {first.height} lines.")

    def _bring(self) -> None:
        """Put the source and further files into the job's folder, under names of ours."""
        wish = self._job.wish
        if wish.reel is not None:
            self._enter(Stage.DRAWING)
            reels.draw(self._folder, reels.find(wish.reel), share=self._beat, limits=self._limits)
            return
        if not wish.is_ours or not (self._folder / "source").exists():
            _link(Path(wish.source), self._folder / "source", self._job.file_name)
        for language, file in wish.audio.items():
            _link(Path(file), self._folder / f"sound-{language}", Path(file).name)
        for language, file in wish.captions.items():
            encode.as_utf8(Path(file), self._folder / f"words-{language}")

    def _sounds(self, film: Film) -> Iterator[Sound]:
        """List the sounds to encode: one for each language, and one more where what is seen is told."""
        seen: set[str] = set()
        languages = self._job.wish.audio
        further = [Track(0, language, None) for language in languages]
        for place, track in enumerate([*further, *film.audio]):
            name = f"{track.language}-described" if track.is_described else track.language
            if name in seen or (track.language == UNKNOWN and seen):
                self._say(f"Left out another sound in {name_of(track.language)}.")
                continue
            seen.add(name)
            shown = AudioTrack(track.language, name_of(track.language), track.is_described)
            if place < len(further):
                yield Sound(shown, f"sound-{track.language}", "a:0", name)
            else:
                yield Sound(shown, "source", str(track.index), name)

    def _texts(self, film: Film) -> Iterator[tuple[TextTrack, str]]:
        """Turn every text into WebVTT, one for each language; a file that was named goes before a track inside."""
        named = [(Track(0, language, None), f"words-{language}", None) for language in self._captions()]
        inside = [(track, "source", track.index) for track in film.text]
        seen: set[str] = set()
        for track, file, stream in [*named, *inside]:
            result = f"text-{track.language}.vtt"
            if track.language in seen:
                self._say(f"Left out another text in {name_of(track.language)}.")
                continue
            if not encode.encode_text(self._folder, film, file, stream, result, tick=self._tick, limits=self._limits):
                self._say(f"Left out a text in {name_of(track.language)}: there is no word in it.")
                continue
            seen.add(track.language)
            kind = "captions" if track.is_for_deaf or stream is None else "subtitles"
            path = f"text/{track.language}.vtt"
            yield TextTrack(track.language, name_of(track.language), kind, path), result

    def _captions(self) -> Sequence[str]:
        found = sorted(self._folder.glob("words-*"))
        return [each.name.removeprefix("words-") for each in found]

    def _publish(
        self, film: Film, rungs: Sequence[Rung], sounds: Sequence[Sound], names: tuple[str, str], state: AssetState
    ) -> None:
        """Package what there is, bring it into the store, and only then name it in the asset."""
        texts = list(self._texts(film))
        tracks = [(each.track, each.result, each.name) for each in sounds]
        parts = Parts(rungs, tracks, texts)
        package(self._folder, "out", parts, names, limits=self._limits, tick=self._tick)
        for track, file in texts:
            (self._folder / "out" / track.path).write_bytes((self._folder / file).read_bytes())
        self._pictures(film, rungs[0])
        self._store(names)
        self._update()  # a job that was lost meanwhile publishes nothing
        self._media.publish(self._asset(film, rungs, sounds, [track for track, _ in texts], names, state))

    def _pictures(self, film: Film, rung: Rung) -> None:
        out = self._folder / "out"
        if (out / trickplay.INDEX).exists():
            return
        tick, limits = self._tick, self._limits
        encode.draw_poster(self._folder, film, "out/poster.jpg", tick=tick, limits=limits)
        step, sprites = trickplay.every(film.duration_s), f"out/{trickplay.SPRITE}"
        encode.draw_sprites(self._folder, film, rung, step, trickplay.TILES, sprites, tick=tick, limits=limits)
        width = 2 * round(rung.width * encode.SPRITE_LINES / rung.height / 2)
        (out / trickplay.INDEX).write_text(trickplay.index(film.duration_s, width, encode.SPRITE_LINES))

    def _store(self, names: tuple[str, str]) -> None:
        """Bring files into the store, those last that name others; segments that are there already stay."""
        out = self._folder / "out"
        files = sorted(
            (each for each in out.rglob("*") if each.is_file()), key=lambda each: (each.parent == out, each.as_posix())
        )
        for file in files:
            self._tick()
            name = file.relative_to(out).as_posix()
            is_manifest = file.parent == out and file.suffix in {".mpd", ".m3u8"}
            if is_manifest and name not in names:
                continue
            key = f"{self._job.job_id}/{name}"
            is_segment = file.suffix == ".m4s"
            if not is_segment or self._media.store.size(key) != file.stat().st_size:
                self._media.store.put(key, file)
            if is_segment:
                file.unlink()  # a film needs its room once; who packages it again makes its segments again

    def _asset(
        self,
        film: Film,
        rungs: Sequence[Rung],
        sounds: Sequence[Sound],
        texts: Sequence[TextTrack],
        names: tuple[str, str],
        state: AssetState,
    ) -> Asset:
        asset_id, wish, store = self._job.job_id, self._job.wish, self._media.store
        dash, hls = names
        bits = bandwidths((self._folder / "out" / hls).read_text(encoding="utf-8"))
        before = self._media.asset_of(self._job.title_id)
        is_same = before is not None and before.asset_id == asset_id
        return Asset(
            asset_id=asset_id,
            title_id=self._job.title_id,
            state=state,
            duration_s=film.duration_s,
            dash=dash,
            hls=hls,
            poster="poster.jpg",
            trickplay=trickplay.INDEX,
            renditions=tuple(
                Rendition(rung.height, rung.width, bits.get(f"video/{rung.lines}/main.m3u8", rung.peak))
                for rung in sorted(rungs, key=lambda each: -each.height)
            ),
            audio=tuple(each.track for each in sounds),
            text=tuple(texts),
            size_bytes=sum(store.size(key) or 0 for key in store.list(asset_id)),
            created_at=before.created_at if before is not None and is_same else self._media.clock(),
            chapters=wish.chapters or film.chapters,
            credits_at_s=wish.credits_at_s,
        )

    def _say_film(self, film: Film, rungs: Sequence[Rung], sounds: Sequence[Sound]) -> None:
        rate = float(frame_rate(film.fps))
        heard = ", ".join(each.track.name for each in sounds) or "none: a silent film"
        made = ", ".join(str(each.height) for each in rungs)
        self._say(
            f"A film of {film.duration_s:.1f} s, {film.width} × {film.height} at {float(film.fps):.4g} frames a second."
            f" Sound: {heard}. Encodings: {made} lines at {rate:.4g} frames a second."
        )
        for note in film.notes:
            self._say(note)

    def _say(self, text: str) -> None:
        self._media.tables.write(self._job.job_id, self._media.clock(), text)

    def _enter(self, stage: Stage) -> None:
        self._stage = stage
        self._beaten_at = 0.0
        self._beat(0.0)

    def _tick(self) -> None:
        self._beat(0.0)

    def _beat(self, share: float) -> None:
        """Keep the lease and tell how far this is, once a second at most; raises Lost."""
        now = time.monotonic()
        if now - self._beaten_at >= _BEAT_EVERY_S:
            self._beaten_at = now
            begin, end = _SPANS.get(self._stage, (0.0, 0.0))
            progress = begin + (end - begin) * share
            self._update(stage=self._stage, progress=progress)
            self._watch(self._stage, progress)
            if self._stage is Stage.ENCODING_REST and self._job.wish.reel is not None:
                self._let_others_first(is_asked_for=True)

    def _let_others_first(self, *, is_asked_for: bool = False) -> None:
        """Stand back where others wait of which nothing can be watched yet."""
        if self._patient and self._media.tables.has_fresh(self._media.clock(), is_asked_for=is_asked_for):
            self._say("Others wait to be watchable: they go first.")
            raise Yielded

    def _update(self, **values: Any) -> None:
        until = self._media.clock() + LEASE_S
        if not self._media.tables.beat(self._job.job_id, self._worker, lease_until=until, **values):
            raise Lost


def _link(source: Path, target: Path, shown: str) -> None:
    """Give a file a second name of ours, by which no program can take it for anything but a file.

    It is a link that leads there, not the file itself under another name: what is in the folder can be written.
    """
    if target.exists():
        return
    target.unlink(missing_ok=True)
    if not source.is_file():
        raise Invalid("there is no such file any more.", where=shown, remedy="Put it back, then retry.")
    target.symlink_to(source.resolve())
