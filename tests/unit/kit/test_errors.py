"""An error says what was wrong, where, and what would be right."""

from cinoche.kit.errors import CinocheError, Conflict, Invalid, TooLarge


def test_an_error_reads_as_place_reason_remedy() -> None:
    error = Invalid("the rating is 7.", where="data.rating", remedy="Give 0.5 to 5.")
    assert str(error) == "data.rating: the rating is 7. Give 0.5 to 5."


def test_the_tree_is_one_tree() -> None:
    assert issubclass(TooLarge, Invalid)
    assert issubclass(Conflict, CinocheError)
