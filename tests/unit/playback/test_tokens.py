"""A token opens what it was made for, until it expires, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinoche.kit.errors import Forbidden
from cinoche.kit.ids import random_id
from cinoche.playback import tokens

KEY = tokens.derive_key(bytes(32))
SESSION, ASSET = random_id(), random_id()
EXPIRES_AT = 1_800_000_000
TOKEN = tokens.sign(KEY, SESSION, ASSET, EXPIRES_AT)

ids = st.text("abcdefghijklmnopqrstuvwxyz234567", min_size=1, max_size=26)
instants = st.integers(0, 999_999_999_999)


@given(ids, ids, instants, st.binary(min_size=32, max_size=32))
def test_a_token_is_good_for_its_play_session_and_asset_until_its_last_second(session, asset, expires_at, secret):
    key = tokens.derive_key(secret)
    token = tokens.sign(key, session, asset, expires_at)
    assert tokens.check(key, token, asset, expires_at - 0.001) == tokens.Grant(session, expires_at)
    assert tokens.play_session_of(token) == session
    with pytest.raises(Forbidden, match="expired"):
        tokens.check(key, token, asset, expires_at)


@given(ids.filter(lambda asset: asset != ASSET))
def test_a_token_opens_no_other_asset(asset):
    with pytest.raises(Forbidden, match="not given out"):
        tokens.check(KEY, TOKEN, asset, 0)


@given(st.binary(min_size=32, max_size=32).filter(any))
def test_a_token_of_another_installation_opens_nothing(secret):
    with pytest.raises(Forbidden, match="not given out"):
        tokens.check(tokens.derive_key(secret), TOKEN, ASSET, 0)


@given(st.integers(0, len(TOKEN) - 1))
def test_a_token_cut_short_opens_nothing(length):
    with pytest.raises(Forbidden, match="not given out"):
        tokens.check(KEY, TOKEN[:length], ASSET, 0)


@given(st.integers(0, len(TOKEN) - 1), st.characters())
def test_a_token_with_one_character_changed_opens_nothing(place, character):
    forged = TOKEN[:place] + character + TOKEN[place + 1 :]
    if forged != TOKEN:
        with pytest.raises(Forbidden, match="not given out"):
            tokens.check(KEY, forged, ASSET, 0)


@given(st.text(max_size=200) | st.text(".0123456789abcé٣\ud800", max_size=80))
def test_any_text_at_all_is_refused_and_breaks_nothing(text):
    with pytest.raises(Forbidden, match="not given out"):
        tokens.check(KEY, text, ASSET, 0)


@given(instants.filter(lambda instant: instant != EXPIRES_AT))
def test_an_expiry_cannot_be_put_off(expires_at):
    with pytest.raises(Forbidden, match="not given out"):
        tokens.check(KEY, TOKEN.replace(str(EXPIRES_AT), str(expires_at), 1), ASSET, 0)


def test_the_same_signature_written_in_other_letters_is_another_token():
    for text in (f"0{TOKEN}", f"{TOKEN}=", TOKEN.replace(".", "..", 1), f" {TOKEN}", TOKEN + "."):
        with pytest.raises(Forbidden, match="not given out"):
            tokens.check(KEY, text, ASSET, 0)


def test_the_key_is_not_the_secret_it_comes_from():
    assert tokens.derive_key(b"a" * 32) not in {b"a" * 32, KEY}


def test_the_prefix_holds_the_token_and_ends_in_a_slash():
    assert tokens.prefix("t.o.k", "asset") == "/media/t.o.k/asset/"
