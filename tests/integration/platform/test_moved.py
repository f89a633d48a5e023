"""Each address that a page had before all were French leads to the page that replaces it."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from grants.views.edge.former_addresses import MOVED

# Every page of the day when addresses became French: methods, address of then, address of now.
BEFORE = """
GET      /account/                                    /compte
POST     /account/data                                /compte/donnees
GET,POST /account/delegations                         /compte/delegations
GET,POST /account/delegations/7/cancel                /compte/delegations/7/annuler
POST     /account/identities/7/remove                 /compte/identites/7/retirer
GET,POST /account/password                            /compte/mot-de-passe
GET      /account/second-factor                       /compte/second-facteur
POST     /account/second-factor/begin                 /compte/second-facteur/commencer
POST     /account/second-factor/codes                 /compte/second-facteur/codes
POST     /account/second-factor/confirm               /compte/second-facteur/confirmer
POST     /account/second-factor/remove                /compte/second-facteur/retirer
POST     /account/sessions/7/end                      /compte/sessions/7/terminer
POST     /account/sessions/end-others                 /compte/sessions/terminer-les-autres
GET      /admin                                       /utilisateurs
GET,POST /admin/delegations/7/cancel                  /delegations/7/annuler
GET      /admin/invitations                           /invitations
POST     /admin/invitations/7/resend                  /invitations/7/renvoyer
GET,POST /admin/invitations/7/revoke                  /invitations/7/retirer
GET,POST /admin/invitations/new                       /invitations/nouvelle
GET      /admin/organisations                         /structures
GET      /admin/organisations/7                       /structures/7
POST     /admin/organisations/7                       /structures/7
POST     /admin/organisations/7/accounts/8/export     /structures/7/comptes/8/exporter
POST     /admin/organisations/7/files/official_form   /structures/7/fichiers/formulaire
POST     /admin/organisations/7/files/logo            /structures/7/fichiers/embleme
GET      /admin/organisations/7/files/official_form   /structures/7/fichiers/formulaire
GET      /admin/organisations/7/files/logo            /structures/7/fichiers/embleme
POST     /admin/organisations/7/files/official_form/remove /structures/7/fichiers/formulaire/retirer
POST     /admin/organisations/7/files/logo/remove     /structures/7/fichiers/embleme/retirer
GET      /admin/organisations/7/personal-data         /structures/7/donnees-personnelles
POST     /admin/organisations/7/persons/8/export      /structures/7/agents/8/exporter
GET      /admin/organisations/7/purge                 /structures/7/purge
POST     /admin/organisations/7/purge                 /structures/7/purge
GET      /admin/organisations/7/register              /structures/7/registre
GET      /admin/organisations/7/register.csv          /structures/7/registre.csv
POST     /admin/organisations/7/roles/8/eligibility   /structures/7/roles/8/eligibilite
GET      /admin/users.csv                             /utilisateurs.csv
GET      /admin/users/7                               /utilisateurs/7
GET,POST /admin/users/7/deactivate                    /utilisateurs/7/desactiver
GET,POST /admin/users/7/delegations/new               /utilisateurs/7/delegations/nouvelle
GET,POST /admin/users/7/reactivate                    /utilisateurs/7/reactiver
GET,POST /admin/users/7/roles/8/end                   /utilisateurs/7/roles/8/terminer
GET,POST /admin/users/7/roles/new                     /utilisateurs/7/roles/nouveau
GET,POST /admin/users/7/second-factor                 /utilisateurs/7/second-facteur
POST     /admin/users/7/sessions/8/end                /utilisateurs/7/sessions/8/terminer
GET,POST /admin/users/7/sessions/end                  /utilisateurs/7/sessions/terminer
GET      /audit                                       /piste-audit
GET      /audit.csv                                   /piste-audit.csv
GET      /audit/conventions/7/history                 /conventions/7/historique
GET      /audit/object                                /piste-audit/objet
GET      /finance/conventions.csv                     /conventions.csv
GET      /finance/conventions/7                       /conventions/7
GET      /finance/conventions/7/claim                 /conventions/7/bilan
GET      /finance/conventions/7/claim/persons         /conventions/7/bilan/agents
GET      /finance/conventions/7/claim/pieces          /conventions/7/bilan/pieces
GET      /finance/conventions/7/claim/figure/grant/due /conventions/7/bilan/calcul/grant/due
GET      /finance/conventions/7/claim/files/claim.json /conventions/7/bilan/fichiers/claim.json
GET      /finance/conventions/7/claim/sheets          /conventions/7/bilan/feuilles
POST     /finance/conventions/7/claim/sheets/lock     /conventions/7/bilan/feuilles/verrouiller
POST     /finance/conventions/7/claim/sheets/unlock   /conventions/7/bilan/feuilles/deverrouiller
GET      /finance/coverage                            /couverture
GET      /finance/coverage.csv                        /couverture.csv
GET      /finance/coverage/figure/grant/due           /couverture/calcul/grant/due
GET,POST /forgotten                                   /mot-de-passe-oublie
GET,POST /login                                       /connexion
GET,POST /login/code                                  /connexion/code
GET      /login/openid                                /connexion/openid
POST     /logout                                      /deconnexion
GET,POST /new-password/aB-c_1                         /nouveau-mot-de-passe/aB-c_1
GET,POST /setup                                       /premiere-ouverture
"""
ROWS = [tuple(row.split()) for row in BEFORE.strip().splitlines()]
CALLS = [(method, old, new) for methods, old, new in ROWS for method in methods.split(",")]


@pytest.mark.parametrize(("method", "old", "new"), CALLS)
def test_an_old_address_leads_to_the_page_and_keeps_method_and_query(
    app: Flask, client: FlaskClient, method: str, old: str, new: str
) -> None:
    answer = client.open(f"{old}?from=2024-01-01&q=%C3%A9t%C3%A9%26", method=method)

    assert answer.status_code == 308
    assert answer.location == f"{new}?from=2024-01-01&q=%C3%A9t%C3%A9%26"
    assert app.url_map.bind("localhost").test(new, method)


def test_no_entry_of_the_table_is_without_an_address_of_then() -> None:
    known = {"".join("*" if char.isdigit() else char for char in old) for _, old, _ in CALLS}

    unknown = [old for old, _ in MOVED if not any(path.startswith(old) for path in known)]

    assert unknown == []


def test_a_form_sent_to_an_old_address_arrives(client: FlaskClient) -> None:
    answer = client.post(
        "/login", data={"email": "personne@exemple.test", "password": "x"}, follow_redirects=True
    )

    assert answer.request.path == "/connexion"
    assert "personne@exemple.test" in answer.text


@pytest.mark.parametrize(
    "path",
    ["/administration", "/admin/users/x", "/finance", "/finance/", "/account/nothing", "/logins"],
)
def test_an_address_that_led_nowhere_still_leads_nowhere(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    "path", ["/admin//evil.example", "/login//evil.example/", "/login/%0d%0aX:y"]
)
def test_an_old_address_never_leads_off_the_site(client: FlaskClient, path: str) -> None:
    answer = client.get(path)

    assert answer.status_code == 404 or answer.location.startswith("/connexion")
    assert "X" not in answer.headers
