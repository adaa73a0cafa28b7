"""Films like those named, from the published model alone."""

from pathlib import Path

import msgspec
import numpy as np
import pytest

from cinoche.catalog.names import Ambiguous, Unknown
from cinoche.kit.errors import Unavailable
from cinoche.recommend.artefact import TitleFacts, open_current, publish
from cinoche.recommend.offline import recommend
from cinoche.recommend.statistics import History
from cinoche.recommend.training import Interactions, Params, train

AS_OF = 1_700_000_000.0
NAMES = {0: "Heat", 1: "The Heat", 2: "Alien", 3: "Seven", 4: "Hamlet", 5: "Hamlet"}
N = 30


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    facts = [
        TitleFacts(
            f"t{n}",
            NAMES.get(n, f"Film {n}"),
            1980 + n,
            ("Crime" if n % 2 else "Comedy",),
            external={"imdb": f"tt{n:07}", "tmdb": str(900 + n)},
            also=("Se7en",) if n == 3 else (),
        )
        for n in range(N)
    ]
    rng = np.random.default_rng(1)
    users = np.repeat(np.arange(80), 8)
    items = np.concatenate([rng.permutation(np.arange(user % 2, N, 2))[:8] for user in range(80)])
    interactions = Interactions.of(users, items, None, AS_OF - 1e6 + np.arange(len(items)))
    params = Params(hyper={"ease": {"reg": 10.0}, "sequence-ridge": {"reg": 10.0, "joint_titles": 20}})
    home = tmp_path_factory.mktemp("artefacts")
    publish(home, train(interactions, facts, as_of=AS_OF, offset=1, params=params))
    return home


def seeds(folder: Path, *names: str) -> list[str]:
    return [str(seed) for seed in recommend(folder, names, n=1).seeds]


def test_names_and_ids_are_seeds(folder: Path) -> None:
    assert seeds(folder, "Heat", "alein", "tt0000004"[:-1] + "6", "tmdb:907", "t8") == [
        "Heat (1980)",
        "Alien (1982)",
        "Film 6 (1986)",
        "Film 7 (1987)",
        "Film 8 (1988)",
    ]


def test_the_model_alone_knows_other_names(folder: Path) -> None:
    assert seeds(folder, "Se7en") == ["Seven (1983)"]
    assert open_current(folder).titles[3].also == ("Se7en",)


def test_a_title_named_twice_counts_once(folder: Path) -> None:
    assert seeds(folder, "Heat", "heat", "t0") == ["Heat (1980)"]


def test_the_answer_leaves_the_seeds_out_and_stays_near_them(folder: Path) -> None:
    answer = recommend(folder, ["Heat", "Alien"], n=8)
    found = [each.title.title_id for each in answer.items]
    assert len(set(found)) == 8
    assert not {"t0", "t2"} & set(found)
    assert all(int(each[1:]) % 2 == 0 for each in found[:5])
    scores = [each.score for each in answer.items]
    assert scores == sorted(scores, reverse=True)


def test_each_reason_is_the_seed_that_moved_it_the_most(folder: Path) -> None:
    answer, model = recommend(folder, ["Heat", "Seven"], n=10), open_current(folder)
    scored = model.blend.scored(History.of([0, 3]), is_ordered=False)
    for each in answer.items:
        votes = scored.explain([model.index[each.title.title_id]])[:, 0]
        if each.because is not None:
            assert votes[[0, 3].index(model.index[each.because.title_id])] == votes.max()
            assert 0 < each.share <= 1
        else:
            assert votes.max() <= 0


def test_the_answer_is_plain_json(folder: Path) -> None:
    shown = msgspec.json.decode(msgspec.json.encode(recommend(folder, ["Heat"], n=2).as_dict()))
    assert shown["seeds"] == [{"title_id": "t0", "name": "Heat", "year": 1980}]
    assert all(each.keys() == {"title_id", "name", "year", "score", "evidence"} for each in shown["items"])
    assert shown["items"][0]["evidence"]["kind"] == "seed"


def test_the_answer_is_lines_for_people(folder: Path) -> None:
    lines = recommend(folder, ["Heat", "Alien"], n=3).lines()
    assert lines[0] == "Because you like Heat (1980), Alien (1982):"
    assert len(lines) == 4
    assert "←" in lines[1]
    assert "←" not in recommend(folder, ["Heat"], n=3).lines()[1]


def test_only_what_is_like_it_is_listed_however_much_is_asked_for(folder: Path) -> None:
    found = recommend(folder, ["Heat"], n=1_000).items
    assert 0 < len(found) < N
    assert all(each.score > 0 for each in found)


def test_an_ambiguous_or_unknown_name_is_refused(folder: Path) -> None:
    with pytest.raises(Ambiguous, match="Hamlet"):
        recommend(folder, ["Hamlet"], n=3)
    with pytest.raises(Unknown, match="zzzzqqqq"):
        recommend(folder, ["Heat", "zzzzqqqq"], n=3)


def test_without_a_model_it_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="cinoche train"):
        recommend(tmp_path, ["Heat"], n=3)
