"""The protocol `alike`: titles are hidden whole, a baseline is always there, and facts are read or refused by line."""

import json
from pathlib import Path

import numpy as np
import pytest

from cinoche.kit.errors import Invalid
from cinoche.recommend.evaluation import evaluate, evaluate_ratings
from cinoche.recommend.evaluation.alike import NEAREST, Nearest, alike
from cinoche.recommend.evaluation.facts import facts_beside, read_facts
from cinoche.recommend.evaluation.readers import Ratings
from cinoche.recommend.families import TitleFacts
from cinoche.recommend.statistics import History

N = 160
TAGS = ("fast", "slow", "dark", "light", "loud", "calm", "long", "short")


def titles() -> list[TitleFacts]:
    """Titles whose likes go by their tag; their genres and years are dealt at random."""
    rng = np.random.default_rng(3)
    return [
        TitleFacts(str(k), f"Film {k}", 1950 + int(rng.integers(60)), (("A", "B")[rng.integers(2)],), (TAGS[k % 8],))
        for k in range(N)
    ]


def ratings() -> Ratings:
    rng = np.random.default_rng(0)
    users, items = [], []
    for user in range(900):
        of_tag = np.arange(user % 8, N, 8)
        users += [user] * 6
        items += rng.choice(of_tag, 6, replace=False).tolist()
    names = tuple(map(str, range(N)))
    return Ratings(
        np.array(users, np.int32), np.array(items, np.int32), None, np.arange(float(len(users))), True, "", names
    )


def test_what_is_learnt_finds_the_neighbours_of_hidden_titles_and_the_baseline_does_not() -> None:
    report = alike(ratings(), titles())
    found = {model.name: model.metrics for model in report.models}
    assert found["alike"]["ndcg@20"].value > 0.6
    assert found[NEAREST]["ndcg@20"].value < 0.3
    assert report.bar == NEAREST
    better = next(model.ratio["ndcg@20"] for model in report.models if model.name == "alike")
    assert better.low > 1.2


def test_with_facts_that_say_nothing_nothing_is_found_as_nothing_leaks_from_the_hidden() -> None:
    nothing = [TitleFacts(str(k), "") for k in range(N)]
    report = alike(ratings(), nothing, ["alike"])
    value = next(model.metrics["ndcg@20"].value for model in report.models if model.name == "alike")
    assert value < 0.25


def test_too_few_titles_that_are_known_well_are_refused() -> None:
    few = ratings()
    few = Ratings(few.users[:300], few.items[:300], None, few.times[:300], True, "", few.names)
    with pytest.raises(Invalid, match=r"titles have 20 likes.*It needs 60"):
        alike(few, titles())


def test_ratings_without_facts_are_refused() -> None:
    with pytest.raises(Invalid, match=r"Facts are given of 0 titles"):
        evaluate_ratings(ratings(), "alike")


def test_the_nearest_are_those_of_the_same_genres_and_year() -> None:
    known = [TitleFacts("a", "", 1990, ("Drama",)), TitleFacts("b", "", 1991, ("Drama",)), TitleFacts("c", "", 1950)]
    scores = Nearest.of(known).score(History.of([0]))
    assert scores[0] == 0.0
    assert scores[1] > scores[2]


def test_facts_are_read_from_a_file_of_json_lines(tmp_path: Path) -> None:
    path = tmp_path / "facts.jsonl"
    path.write_text('{"item": 7, "name": "Heat", "year": 1995, "synopsis": "A thief."}\n\n{"item": "9", "votes": 3}\n')
    found = read_facts(path, ["9", "8", "7"])
    assert [each.title_id for each in found] == ["9", "8", "7"]
    assert (found[2].name, found[2].year, found[2].synopsis, found[0].votes) == ("Heat", 1995, "A thief.", 3)


@pytest.mark.parametrize("line", ["{", '{"name": "no item"}', '{"item": "1", "year": "old"}'])
def test_a_line_that_is_no_title_is_refused_by_its_number(tmp_path: Path, line: str) -> None:
    path = tmp_path / "facts.jsonl"
    path.write_text(f"{json.dumps({'item': '1'})}\n{line}\n")
    with pytest.raises(Invalid, match=r"line 2"):
        read_facts(path, ["1"])


def test_facts_beside_movielens_files_have_genres_years_and_tags(tmp_path: Path) -> None:
    (tmp_path / "movies.csv").write_text(
        'movieId,title,genres\n1,"Heat (1995)",Crime|Drama\n2,Odd,(no genres listed)\n'
    )
    (tmp_path / "tags.csv").write_text("userId,movieId,tag,timestamp\n5,1,Al Pacino,9\n")
    heat, odd, other = facts_beside(tmp_path / "ratings.csv", ["1", "2", "3"])
    assert (heat.name, heat.year, heat.genres, heat.tags) == ("Heat", 1995, ("Crime", "Drama"), ("al pacino",))
    assert (odd.name, odd.year, odd.genres) == ("Odd", None, ())
    assert other == TitleFacts("3", "")


def test_without_anything_known_of_the_titles_the_protocol_says_what_it_needs(tmp_path: Path) -> None:
    file = tmp_path / "ratings.csv"
    file.write_text("user,item,rating,order\n1,1,5,0\n")
    with pytest.raises(Invalid, match=r"movies\.csv.*--facts"):
        evaluate(file, "alike")
    with pytest.raises(Invalid, match=r"no model 'ease'"):
        evaluate(file, "alike", ["ease"])
