"""Which audio and which captions suit a profile, among those that an asset has."""

from collections.abc import Iterable, Sequence

from cinoche.playback.models import AudioTrack, TextTrack


def choose_audio(tracks: Sequence[AudioTrack], wanted: Iterable[str | None]) -> str | None:
    """Choose the audio in the first of the languages wanted that there is, else the first that there is."""
    spoken = [track.language for track in tracks if not track.is_described] or [track.language for track in tracks]
    found = (_closest(language, spoken) for language in wanted if language)
    return next((each for each in found if each), spoken[0] if spoken else None)


def choose_captions(tracks: Sequence[TextTrack], wanted: str | None, *, audio: str | None, language: str) -> str | None:
    """Choose the captions wanted, or those in the profile's own language where the audio is in another.

    Who wants none, and understands what is spoken, gets none.
    """
    written = [track.language for track in tracks]
    if wanted is not None:
        return _closest(wanted, written)
    is_understood = audio is None or _primary(audio) == _primary(language)
    return None if is_understood else _closest(language, written)


def _closest(wanted: str, offered: Sequence[str]) -> str | None:
    """Find the very language, or another variety of it: who asks for French gets Canadian French where it is all."""
    exact = next((each for each in offered if each.lower() == wanted.lower()), None)
    return exact or next((each for each in offered if _primary(each) == _primary(wanted)), None)


def _primary(language: str) -> str:
    return language.partition("-")[0].lower()
