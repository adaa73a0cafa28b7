from hypothesis import given, settings
from hypothesis import strategies as st

from cinoche.web.posters.lettering import MOST_LINES, SMALLEST, Setting, fit, measure, spoken
from cinoche.web.posters.lettering import voice as voice_of

VOICES = ("serre", "large", "maigre", "voix", "generique")


def box(voice: str = "serre", **more: object) -> Setting:
    given_: dict = {"voice": voice, "width": 260, "height": 95, "leading": 0.94, "tracking": -10, "largest": 58, **more}
    return Setting(**given_)


def test_small_words_stay_with_the_next_one() -> None:
    assert fit("Les Enfants du paradis", box("voix")).lines == ("Les\u00a0Enfants", "du\u00a0paradis")
    assert fit("The Night of the Hunter", box()).lines == ("The\u00a0Night", "of\u00a0the\u00a0Hunter")


def test_a_short_title_stands_on_one_line_and_is_no_larger_than_allowed() -> None:
    block = fit("M", box())
    assert block.lines == ("M",)
    assert block.size == 58


def test_capitals_are_french_ones() -> None:
    assert fit("À bout de souffle", box(is_caps=True)).lines[0].startswith("À")


def test_every_voice_says_what_western_names_are_made_of() -> None:
    for voice in VOICES:
        for text in ("Œuvre « L’Été » — “Quote”… 100 €", "Łódź Čapek Ő Şü Dvořák ñ ß Ærø", "Yasujirō Ozu"):
            assert voice_of(voice).can_say(spoken(text, voice)), (voice, text)
            assert measure(spoken(text, voice), voice) > 1


def test_marks_that_no_voice_has_are_taken_off_and_other_writing_is_left() -> None:
    assert spoken("Ḥasan ﬁlm") == "Hasan film"
    assert spoken("七人の侍") == "七人の侍"


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=160), st.sampled_from(VOICES))
def test_a_title_never_leaves_its_box(text: str, voice: str) -> None:
    setting = box(voice)
    block = fit(" ".join(text.split()), setting)
    assert 1 <= len(block.lines) <= MOST_LINES
    assert block.height <= setting.height + 0.1
    for line in block.lines:
        assert measure(line, voice, setting.tracking) * block.size <= setting.width + 0.1
    assert block.size >= SMALLEST or " " not in block.lines[0]
