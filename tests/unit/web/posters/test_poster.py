import gzip
import statistics
from itertools import chain
from time import process_time
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cinoche.web.posters import forms
from cinoche.web.posters.chance import Chance
from cinoche.web.posters.facts import PosterFacts
from cinoche.web.posters.inks import ERAS, READABLE, Inks, contrast, inks_of
from cinoche.web.posters.poster import BY_GENRE, WIDE, draw
from cinoche.web.posters.shapes import Stage

SVG = "{http://www.w3.org/2000/svg}"

names = st.one_of(
    st.text(max_size=600),
    st.text(alphabet="<>&\"'\u202e\u0000\ud800\u00adАбв映画\u00a0\u2060é-:;", min_size=1, max_size=80),
    st.sampled_from(["", " ", "…", "W" * 300, "a " * 200, "Dr. Strangelove or: How I Learned to Stop Worrying"]),
)
facts = st.builds(
    PosterFacts.of,
    st.text(min_size=1, max_size=64),
    names,
    st.one_of(st.none(), st.integers(min_value=-5, max_value=99_999)),
    st.lists(names, max_size=4),
    st.lists(st.one_of(st.sampled_from(list(BY_GENRE)), st.text(max_size=20)), max_size=6),
)


def title(number: int, genre: str, year: int | None = 1984, name: str = "The Night of the Hunter") -> PosterFacts:
    return PosterFacts.of(f"ml:{number}", name, year, ["Charles Laughton"], [genre])


@settings(max_examples=300, deadline=None)
@given(facts, st.booleans())
def test_any_title_at_all_has_a_poster_that_is_a_document_small_and_always_the_same(
    shown: PosterFacts, is_wide: bool
) -> None:
    drawn = draw(shown, is_wide=is_wide)
    root = ET.fromstring(drawn.encode("utf-8"))
    assert root.tag == f"{SVG}svg"
    assert root.get("viewBox") == ("0 0 480 270" if is_wide else "0 0 300 450")
    assert len(gzip.compress(drawn.encode("utf-8"))) < 12_000
    assert draw(shown, is_wide=is_wide) == drawn


@settings(max_examples=100, deadline=None)
@given(facts)
def test_a_poster_runs_no_script_and_fetches_nothing(shown: PosterFacts) -> None:
    root = ET.fromstring(draw(shown).encode("utf-8"))
    for element in root.iter():
        assert element.tag.removeprefix(SVG) in {
            "svg",
            "title",
            "style",
            "g",
            "path",
            "circle",
            "rect",
            "text",
            "pattern",
        }
        for name, value in element.attrib.items():
            assert not name.startswith("on")
            assert "href" not in name
            assert "url(" not in value or value == "url(#l)"


@pytest.mark.parametrize("genre", [*BY_GENRE, "(no genres listed)"])
def test_letters_can_be_read_in_every_era_on_every_family(genre: str) -> None:
    for year, number in ((year, number) for year, _ in ERAS for number in range(24)):
        drawn = draw(title(number, genre, year))
        under = drawn.partition('fill="')[2][:7]
        ink = drawn.rpartition('<g fill="')[2][:7]
        assert contrast(under, ink) >= READABLE, (genre, year, number)


def test_every_set_of_inks_has_one_that_reads_on_its_ground_and_on_its_darkest() -> None:
    for inks in chain.from_iterable(sets for _, sets in ERAS):
        five = Inks(*(f"#{ink}" for ink in inks.split()))
        for under in (five.ground, five.dark):
            assert contrast(five.readable_on(under), under) >= READABLE


def test_a_poster_weighs_three_kilobytes_and_takes_no_time() -> None:
    known = [title(number, genre) for number, genre in enumerate(BY_GENRE)]
    draw(known[0])
    started = process_time()
    drawn = [draw(each) for each in known]
    assert (process_time() - started) / len(known) < 0.005
    assert statistics.median(len(gzip.compress(each.encode())) for each in drawn) < 3_300


def test_a_panorama_is_art_alone() -> None:
    assert "style" not in draw(title(1, "Drama"), is_wide=True)
    assert len(draw(title(1, "Drama"), is_wide=True)) < len(draw(title(1, "Drama")))


def test_letters_that_have_no_outline_are_written_as_text() -> None:
    root = ET.fromstring(draw(title(1, "Drama", name="七人の侍 & <b>")))
    assert "七人の侍" in "".join(each.text or "" for each in root.iter(f"{SVG}text"))
    assert not ET.fromstring(draw(title(1, "Drama"))).findall(f".//{SVG}text")


def test_a_title_without_a_year_says_none() -> None:
    assert "None" not in draw(title(1, "Drama", None))


@pytest.mark.parametrize("genre", BY_GENRE)
def test_every_genre_has_posters_of_several_families(genre: str) -> None:
    assert len(set(BY_GENRE[genre])) > 1


def test_siblings_do_not_all_look_alike() -> None:
    for genre in ("Horror", "Drama", "War", "Fantasy", "Animation"):
        drawn = {draw(title(number, genre), is_wide=True)[200:] for number in range(12)}
        assert len(drawn) == 12, genre


def test_no_one_composition_has_most_of_the_animated_films() -> None:
    drawn = [draw(title(number, "Animation"), is_wide=True) for number in range(60)]
    for trait in ("stroke-dasharray", 'transform="scale(', 'stroke-width="1.8"'):
        assert 5 < sum(trait in each for each in drawn) < 30, trait


@pytest.mark.parametrize("seed", range(8))
def test_no_column_of_a_board_is_cut_by_the_edge_of_a_panorama(seed: int) -> None:
    stage = Stage(*WIDE, inks_of(1995, seed), Chance(seed))
    board = ET.fromstring(forms.gommettes(stage).shapes)
    spread = float((board.get("transform") or "").removeprefix("scale(").partition(" ")[0])
    rights = [float(each.get("cx", 0)) + float(each.get("r", 0)) for each in board.iter("circle")]
    assert max(rights) * spread <= stage.width + 1
    assert 1 <= spread < 1.02
