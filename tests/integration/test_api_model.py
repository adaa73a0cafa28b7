"""Every list says which version of the model made it."""

from tests.integration.conftest import Town, Viewer

from cinoche.recommend import artefact

V1 = "/api/v1"


def test_every_list_says_which_model_made_it(ada: Viewer, town: Town) -> None:
    version = artefact.current_version(town.services.settings.artefacts)
    similar = f"{V1}/titles/{town.title('Alien')}/similar"
    answers = [
        ada.client.get(ada.path("home")),
        ada.client.get(ada.path("recommendations")),
        ada.client.get(similar),
        town.client.post(f"{V1}/recommendations", json={"liked": ["Alien"]}),
    ]
    assert {answer.headers["Cinoche-Model"] for answer in answers} == {version}
    assert "Cinoche-Model" not in ada.client.get(f"{V1}/titles/{town.title('Alien')}").headers
