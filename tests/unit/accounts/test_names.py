import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinoche.accounts.names import clean_email, clean_name, name_from_email, network_of
from cinoche.kit.errors import Invalid


@pytest.mark.parametrize(
    "email", ["demo@cinoche.example", "o'neil+films@mail.example.co.uk", "élise@films.fr", "a@b.c", "x_y@münchen.de"]
)
def test_an_email_is_kept_as_it_is(email):
    assert clean_email(email) == email


@pytest.mark.parametrize(
    "email",
    ["", "@", "a@b", "a b@c.d", "a@b..c", "a@-b.c", "a@b.c\0", "a\n@b.c", "a@@b.c", "<a@b.c>", "a" * 65 + "@b.c",
     "a@" + "b" * 260 + ".c", "a;b@c.d", "\u202ea@b.c", "\ud800@b.c"],
)  # fmt: skip
def test_what_is_not_an_email_is_refused(email):
    with pytest.raises(Invalid, match="e-mail"):
        clean_email(email)


@given(st.text(max_size=300))
def test_any_text_is_an_email_written_one_way_or_refused(text):
    try:
        email = clean_email(text)
    except Invalid:
        return
    assert clean_email(email) == email
    assert 1 <= len(name_from_email(email)) <= 40


@given(st.text(max_size=60))
def test_any_text_is_a_name_written_one_way_or_refused(text):
    try:
        name = clean_name(text)
    except Invalid:
        return
    assert clean_name(name) == name
    name.encode()


@given(st.text(max_size=60))
def test_any_address_belongs_to_a_network(text):
    assert isinstance(network_of(text), str)


def test_an_ipv4_address_written_as_ipv6_is_the_same():
    assert network_of("::ffff:192.0.2.1") == network_of("192.0.2.1")
