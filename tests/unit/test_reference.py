"""The reference is what the code says, and the house keeps its shape."""

import pytest
from tools import budgets
from tools.reference import PAGES, REFERENCE, render


@pytest.mark.parametrize("name", sorted(PAGES))
def test_the_reference_is_what_the_code_says(name: str) -> None:
    assert (REFERENCE / name).read_text(encoding="utf-8") == render(PAGES[name]), "run `make docs-write`"


def test_files_and_functions_keep_their_budgets() -> None:
    assert budgets.main() == 0


def test_the_95th_percentile_is_the_value_that_19_of_20_do_not_exceed() -> None:
    assert budgets.percentile95(list(range(1, 21))) == 19
