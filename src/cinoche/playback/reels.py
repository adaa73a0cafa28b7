"""Demo reels: short films that ffmpeg draws out of nothing, for trying a new installation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cinoche.kit.errors import NotFound
from cinoche.playback.encode import Share, draw_source
from cinoche.playback.models import Chapter
from cinoche.playback.tools import Limits

_STEP_S: Final = 5
"""How long one line of a reel's captions is read."""


@dataclass(frozen=True, slots=True)
class Reel:
    """What is drawn and heard: ffmpeg's sources, and what the captions say of them.

    ``sounds`` maps languages to expressions of sound; ``words`` maps languages to the lines of the captions, shown one
    after another.
    """

    name: str
    seconds: int
    picture: str
    sounds: Mapping[str, str]
    words: Mapping[str, Sequence[str]]

    @property
    def credits_at_s(self) -> float:
        """When the closing lines begin."""
        return float(self.seconds - max(3, self.seconds // 10))

    def chapters(self) -> tuple[Chapter, ...]:
        """Three parts."""
        third = self.seconds / 3
        return tuple(Chapter(round(number * third, 1), str(number + 1)) for number in range(3))


def _chord(*tones: float, level: float = 0.1) -> str:
    """Write a chord that swells and fades."""
    waves = "+".join(f"sin(2*PI*{tone:g}*t)" for tone in tones)
    return f"aevalsrc={level:g}*({waves})*(0.6+0.4*sin(2*PI*t/8)):s=48000"


def _words(french: Sequence[str], english: Sequence[str]) -> Mapping[str, Sequence[str]]:
    first = (
        "Ceci est une bobine de démonstration, dessinée par ordinateur.",
        "This is a demo reel, drawn by a computer.",
    )
    return {"fr": (first[0], *french, "[Fin de la bobine]"), "en": (first[1], *english, "[End of the reel]")}


def _episode(number: int, seconds: int, picture: str, tone: float, french: str, english: str) -> Reel:
    words = _words((f"Épisode {number}. [un accord]", french), (f"Episode {number}. [a chord]", english))
    return Reel(f"episode-{number}", seconds, picture, {"en": _chord(tone, tone * 1.25, tone * 1.5)}, words)


_SHARP: Final = "scale=854:480:flags=neighbor"
_SLOWLY: Final = "mandelbrot=s=1280x720:r=24:end_scale=0.002:maxiter=900:start_scale=3"

REELS: Final[Sequence[Reel]] = (
    _episode(
        1, 20, f"life=s=160x90:mold=10:r=12:ratio=0.1:seed=7:death_color=#303a6b:life_color=#f2d16b,{_SHARP}",
        196.0, "Des cellules naissent, vivent et meurent.", "Cells are born, live and die.",
    ),
    _episode(
        2, 20, f"cellauto=s=214x120:rule=110:r=12:seed=3,{_SHARP},negate",
        220.0, "Une règle, et tout un tissu.", "One rule weaves a whole cloth.",
    ),
    _episode(
        3, 20, "sierpinski=s=854x480:r=12:type=carpet:seed=5:jump=60",
        246.9, "Un tapis plein de trous, sans fin.", "A carpet full of holes, without end.",
    ),
    Reel(
        "bars", 24, "smptehdbars=s=1280x720:r=24,drawbox=x='mod(t*160,iw)':y=0:w=12:h=ih:color=white@0.4:t=fill",
        {"en": "sine=frequency=1000:sample_rate=48000,volume=0.2"},
        _words(("Des barres de couleur. [un son continu]", "Un trait clair les traverse."),
               ("Bars of colour. [a steady tone]", "A bright line crosses them.")),
    ),
    Reel(
        "gradients", 30, "gradients=s=1280x720:r=24:nb_colors=4:speed=0.02:seed=11:type=radial",
        {"fr": _chord(130.8, 196.0, 261.6), "en": _chord(146.8, 220.0, 293.7)},
        _words(("Des couleurs se fondent. [un accord grave]", "Rien ne presse.",
                "Le rouge cède au bleu, puis revient."),
               ("Colours melt into one another. [a low chord]", "Nothing hurries.",
                "One hue gives way, then returns.")),
    ),
    Reel(
        "mandelbrot", 40, f"{_SLOWLY},scale=1920:1080:flags=bicubic",
        {"fr": _chord(110.0, 165.0, 220.0), "en": _chord(123.5, 185.0, 246.9)},
        _words(("L'ensemble de Mandelbrot. [un accord]", "On s'approche de son bord.",
                "À chaque pas, de nouvelles îles.", "Elles ressemblent au tout."),
               ("The Mandelbrot set. [a chord]", "We come closer to its edge.", "With every step, new islands.",
                "They look like the whole.")),
    ),
    Reel(
        "pattern", 36, "testsrc2=s=1920x1080:r=30",
        {"en": _chord(261.6, 329.6, 392.0)},
        _words(("Une mire animée. [un accord majeur]", "L'heure du film court dans un coin.", "Les couleurs tournent."),
               ("A moving test card. [a major chord]", "The film's own time runs in a corner.", "The colours turn.")),
    ),
    Reel(
        "zone-plate", 24, "zoneplate=s=1280x720:r=25:ku=512:kv=0:kt2=0:kx2=256:ky2=256:kt=2",
        {"en": _chord(98.0, 147.0, level=0.15)},
        _words(("Des ondes en cercles. [un grondement]",
                "Pour l'exemple, ce film est interdit aux plus jeunes."),
               ("Waves in circles. [a rumble]", "For the sake of example, this film is not for the youngest.")),
    ),
)  # fmt: skip
"""All reels, the lightest first."""


def find(name: str) -> Reel:
    """Find a reel; raises NotFound."""
    found = next((each for each in REELS if each.name == name), None)
    if found is None:
        raise NotFound(f"there is no reel {name[:40]!r}.", remedy="Import the demo again.")
    return found


def draw(folder: Path, reel: Reel, *, share: Share, limits: Limits) -> None:
    """Draw a reel as the source of a job, and write its captions beside it."""
    words = ["-f", "lavfi", "-i", f"{reel.picture},format=yuv420p"]
    for sound in reel.sounds.values():
        words += ["-f", "lavfi", "-i", sound]
    words += ["-t", str(reel.seconds), "-map", "0:v"]
    for number, language in enumerate(reel.sounds, start=1):
        words += ["-map", f"{number}:a", f"-metadata:s:a:{number - 1}", f"language={language}"]
    words += ["-c:v", "libx264", "-preset", "ultrafast", "-crf", "20", "-c:a", "aac", "-ac", "2"]
    for language, lines in reel.words.items():
        (folder / f"words-{language}").write_text(captions(reel.seconds, lines), encoding="utf-8")
    draw_source(folder, words, float(reel.seconds), share=share, limits=limits)


def captions(seconds: int, lines: Sequence[str]) -> str:
    """Write lines as WebVTT, spread over the reel; the last one ends it."""
    step_s = min(_STEP_S, seconds / len(lines))
    starts = [number * step_s + 0.5 for number in range(len(lines) - 1)] + [seconds - 3.0]
    cues = [
        f"{_clock(at)} --> {_clock(min(seconds, at + step_s - 0.6))}\n{line}\n"
        for at, line in zip(starts, lines, strict=True)
    ]
    return "\n".join(["WEBVTT\n", *cues])


def _clock(time_s: float) -> str:
    return f"00:{int(time_s // 60):02d}:{time_s % 60:06.3f}"
