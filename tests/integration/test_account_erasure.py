"""An account that is deleted is in no table any more, whatever it did, and however its erasure was cut short."""

import pytest
from sqlalchemy import String, select

from cinoche.bootstrap import metadatas
from cinoche.jobs.erasure import erase_account, resume
from cinoche.kit.errors import Unavailable
from cinoche.privacy.adapters.sql import SqlPersons

V1 = "/api/v1"
PASSWORD = "a long sentence"


def traces(services, words):
    """Name every table and column that holds one of these words."""
    found = set()
    with services.engine.connect() as connection:
        for metadata in metadatas():
            for table in metadata.sorted_tables:
                columns = [column for column in table.columns if isinstance(column.type, String)]
                for row in connection.execute(select(*columns)) if columns else ():
                    found |= {f"{table.name}.{name}" for name, value in row._mapping.items() if value in words}
    return found


@pytest.fixture
def busy(town):
    """Somebody with two profiles that did things, a PIN, a wrong one, and two devices."""
    ada = town.viewer("ada@example.org")
    added = ada.client.post(f"{V1}/profiles", json={"name": "Bob"}).json()["profile_id"]
    for profile_id in (ada.profile_id, added):
        ada.profile_id, first = profile_id, ada.profile_id
        ada.tell("title.rated", town.titles()[0], rating=4)
        ada.tell("title.reviewed", town.titles()[0], text="Mine.")
        ada.profile_id = first
    assert ada.client.put(ada.path("pin"), json={"pin": "2468", "password": PASSWORD}).status_code == 200
    choice = {"profile_id": ada.profile_id, "pin": "0000"}
    assert ada.client.put(f"{V1}/sessions/current/profile", json=choice).status_code == 403
    town.come_back(ada.email)
    town.services.library.catch_up()
    return ada


@pytest.fixture
def words(town, busy):
    """Everything that names the account in any table."""
    account = busy.client.get(f"{V1}/me").json()
    profiles = [profile["profile_id"] for profile in account["profiles"]]
    pseudonyms = [town.services.privacy.find(profile_id) for profile_id in profiles]
    return {account["account"]["account_id"], busy.email, *profiles, *pseudonyms}


def test_a_deleted_account_leaves_no_row_and_the_others_stay(town, busy, words):
    bob = town.viewer("bob@example.org")
    bob.tell("title.rated", town.titles()[0], rating=5)
    before = traces(town.services, words)
    assert {"accounts.email", "profiles.profile_id", "sessions.account_id", "pin_failures.profile_id"} <= before
    assert {"persons.pseudonym", "library_titles.subject"} <= before
    assert busy.client.post(f"{V1}/me/deletion", json={"password": PASSWORD}).status_code == 204
    assert traces(town.services, words) == set()
    town.services.library.rebuild()
    assert traces(town.services, words) == set()
    assert len(bob.items("ratings")) == 1
    stored = b"".join(path.read_bytes() for path in town.services.settings.data_dir.glob("cinoche.db*"))
    assert b"ada@example.org" not in stored
    assert b"bob@example.org" in stored


def test_an_account_whose_erasure_is_cut_short_is_closed_and_erased_by_the_follower(town, busy, words, monkeypatch):
    account_id = busy.client.get(f"{V1}/me").json()["account"]["account_id"]

    def fail(*_):
        raise Unavailable("the disk is full.")

    town.services.accounts.start_closing(account_id)
    with monkeypatch.context() as broken:
        broken.setattr(SqlPersons, "erase", fail)
        with pytest.raises(Unavailable):
            erase_account(town.services, account_id)
    assert busy.client.get(f"{V1}/me").status_code == 401
    assert town.services.accounts.closing() == [account_id]
    assert resume(town.services) >= 1
    assert town.services.accounts.closing() == []
    assert traces(town.services, words) == set()
