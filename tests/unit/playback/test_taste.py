"""Which audio and which captions a profile gets."""

import pytest

from cinoche.playback.models import AudioTrack, TextTrack
from cinoche.playback.taste import choose_audio, choose_captions

AUDIO = (AudioTrack("de", "Deutsch", is_described=True), AudioTrack("en", "English"), AudioTrack("fr-CA", "Français"))
TEXT = (TextTrack("en", "English", "captions", "en.vtt"), TextTrack("fr", "Français", "subtitles", "fr.vtt"))


@pytest.mark.parametrize(
    ("wanted", "chosen"),
    [
        (("en", "fr"), "en"),
        (("fr", "en"), "fr-CA"),
        ((None, "fr"), "fr-CA"),
        (("ja", "it"), "en"),
        (("de", "fr"), "fr-CA"),
    ],
)
def test_audio_is_in_the_first_wanted_language_that_there_is(wanted, chosen):
    assert choose_audio(AUDIO, wanted) == chosen


def test_a_silent_film_has_no_audio_and_a_described_one_only_where_it_is_all():
    assert choose_audio((), ("fr",)) is None
    assert choose_audio(AUDIO[:1], ("fr",)) == "de"


@pytest.mark.parametrize(
    ("wanted", "audio", "language", "chosen"),
    [
        ("fr-FR", "en", "en", "fr"),
        ("ja", "en", "en", None),
        (None, "fr-CA", "fr", None),
        (None, "en", "fr", "fr"),
        (None, "de", "ja", None),
        (None, None, "fr", None),
    ],
)
def test_captions_are_those_wanted_or_those_needed(wanted, audio, language, chosen):
    assert choose_captions(TEXT, wanted, audio=audio, language=language) == chosen
