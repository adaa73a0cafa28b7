"""The small texts that media are made of: keys, languages, playlists, cues, a program's complaints."""

import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinoche.kit.errors import Invalid
from cinoche.playback.keys import is_key, is_under
from cinoche.playback.languages import check_tag, name_of, tag_of
from cinoche.playback.models import TextTrack
from cinoche.playback.package import bandwidths, exact_target, with_default, with_texts
from cinoche.playback.reels import REELS, captions
from cinoche.playback.tools import said
from cinoche.playback.trickplay import TILES, index


@given(st.text(max_size=80))
def test_no_key_has_a_part_that_begins_with_a_dot_or_is_empty(text: str) -> None:
    if is_key(text):
        assert all(part and not part.startswith(".") for part in text.split("/"))
        assert is_under(text, text.partition("/")[0])


def test_languages_are_read_as_files_write_them() -> None:
    assert [tag_of(each) for each in ("fre", "fra", "FR", "eng", "pt-BR", "", None, "klingon!")] == [
        "fr", "fr", "und", "en", "pt-BR", "und", "und", "und",
    ]  # fmt: skip
    assert name_of("fr") == "Français"
    assert name_of("pt-BR") == "Português (BR)"


def test_a_language_that_is_none_is_refused_with_its_place() -> None:
    with pytest.raises(Invalid, match="--audio"):
        check_tag("../x", where="--audio")


def test_the_target_duration_is_that_of_the_longest_segment() -> None:
    playlist = "#EXTM3U\n#EXT-X-TARGETDURATION:3\n#EXTINF:2.000,\na\n#EXTINF:2.002,\nb\n"
    assert "#EXT-X-TARGETDURATION:2\n" in exact_target(playlist)
    assert "#EXT-X-TARGETDURATION:3\n" in exact_target(playlist.replace("2.002", "2.6"))


def test_one_sound_is_the_default() -> None:
    two = "#EXT-X-MEDIA:TYPE=AUDIO,A,DEFAULT=NO\n#EXT-X-MEDIA:TYPE=AUDIO,B,DEFAULT=NO\n"
    assert with_default(two).count("DEFAULT=YES") == 1
    assert with_default(with_default(two)) == with_default(two)


def test_whole_captions_are_named_in_the_dash_manifest() -> None:
    manifest = b'<MPD xmlns="urn:mpeg:dash:schema:mpd:2011"><Period id="0"></Period></MPD>'
    text = with_texts(manifest, [TextTrack("fr", "Français", "captions", "text/fr.vtt")]).decode()
    assert "<BaseURL>text/fr.vtt</BaseURL>" in text
    assert 'lang="fr"' in text
    assert 'value="caption"' in text


def test_the_peak_of_each_variant_is_read() -> None:
    assert bandwidths("#EXT-X-STREAM-INF:BANDWIDTH=123,X=1\nvideo/480/main.m3u8\n") == {"video/480/main.m3u8": 123}


@given(st.floats(0.5, 8_000))
def test_the_cues_of_trickplay_cover_the_film_in_order(duration_s: float) -> None:
    text = index(duration_s, 214, 120)
    spans = re.findall(r"(\d+):(\d+):([\d.]+) --> (\d+):(\d+):([\d.]+)", text)
    times = [tuple(3600 * int(a) + 60 * int(b) + float(c) for a, b, c in (each[:3], each[3:])) for each in spans]
    assert times[0][0] == 0
    assert abs(times[-1][1] - duration_s) < 0.001
    assert all(first[1] == second[0] for first, second in itertools.pairwise(times))
    places = [tuple(map(int, each)) for each in re.findall(r"#xywh=(\d+),(\d+),(\d+),(\d+)", text)]
    assert all(x < TILES * 214 and y < TILES * 120 for x, y, _, _ in places)


def test_the_line_that_tells_most_is_repeated_without_addresses() -> None:
    told = "[mov,mp4 @ 0x55d] moov atom not found\nfile:source: Invalid data found when processing input\n"
    assert said(told) == "moov atom not found"
    assert said("") == "it did not say why"


@pytest.mark.parametrize("reel", REELS, ids=lambda reel: reel.name)
def test_the_captions_of_a_reel_say_that_it_is_one_and_end_with_it(reel: object) -> None:
    assert isinstance(reel, type(REELS[0]))
    for lines in reel.words.values():
        text = captions(reel.seconds, lines)
        assert "démonstration" in text or "demo reel" in text
        ends = [float(each) for each in re.findall(r"--> 00:00:([\d.]+)", text)]
        begins = [float(each) for each in re.findall(r"00:00:([\d.]+) -->", text)]
        assert all(begin < end <= reel.seconds for begin, end in zip(begins, ends, strict=True))
