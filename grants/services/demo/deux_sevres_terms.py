"""Deux-Sèvres 2018: the FSE call, its operation, and the State convention over the December
boundary.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from exports.imports.filled_workbook import ImportRows
from grants.enums import PieceKind, SecondmentCategory
from grants.services.demo.people import add_piece

DEPARTEMENT = "DEP-79"
STRUCTURE = "PLIE79"
OPERATION = "FSE-79-2018"
STATE_CONVENTION = "DIRECCTE-79-2017-004"
LAST = date(2018, 12, 31)
SCHEME = "FSE-6A-2018"
CALL = "Appel à projets FSE 2018 du Département des Deux-Sèvres « clauses d'insertion »"
NOTICE = "Notice d'information commune des appels à projets, à laquelle l'appel renvoie"
READ_ON = date(2026, 11, 28)
# What the call says of the scheme's settings; of the others it says nothing.
TEXTS: tuple[tuple[str, str, str, date | None], ...] = (
    ("taux_max", CALL, "point 12 a)", READ_ON),
    ("subvention_min", CALL, "point 12 b) : vérifié à l'instruction de la demande", READ_ON),
    ("part_temps_min", CALL, "point 12 b)", READ_ON),
    ("depenses_admises", CALL, "point 12 b)", READ_ON),
    ("mise_a_disposition_en", CALL, "point 12 b)", READ_ON),
    ("avance_exclue_pour", CALL, "point 12 d)", READ_ON),
    ("forfait", NOTICE, "partie C, point 2-c", None),
)


def add_terms(rows: ImportRows) -> None:
    """Add both schemes and both conventions."""
    rows.add(
        "dispositifs",
        code=SCHEME,
        nom="FSE 2014-2020, appel à projets 6a-2018 « clauses d'insertion »",
        financeur="CD-79",
        texte="Appel à projets n° 6a-2018 du Département des Deux-Sèvres, partie B, point 12",
        base_de_cout="Temps sur l'opération",
        taux_max="50 %",
        subvention_min="10 000,00",
        part_temps_min="40 %",
        depenses_admises="Personnel et forfait seulement",
        valorisation="Part réelle du temps",
        regle_absences="Heures travaillées seules",
        forfait="15 % du personnel",
        coupe_du_mois="Jours calendaires",
        mise_a_disposition_en=SecondmentCategory.STAFF,
        avance_exclue_pour="Collectivité|Établissement public|Autre",
    )
    _texts(rows)
    rows.add(
        "dispositifs",
        code="ETAT-2017",
        nom="Aide de l'État au poste de facilitateur (2017, fictive)",
        financeur="DIRECCTE-NA",
        texte="Convention fictive, sur le calendrier du 15 décembre",
        base_de_cout="Poste",
        taux_max="70 %",
        plafond_par_etp="15 000,00",
        coupe_du_mois="Jours calendaires",
    )
    _operation(rows)
    _state_convention(rows)


def _texts(rows: ImportRows) -> None:
    for parameter, text, article, read_on in TEXTS:
        rows.add(
            "textes",
            dispositif=SCHEME,
            parametre=parameter,
            texte=text,
            article=article,
            lu_le=read_on,
        )


def _operation(rows: ImportRows) -> None:
    first, signed_on, maximum = date(2018, 1, 1), date(2018, 7, 20), Decimal("85000.00")
    rows.add(
        "conventions",
        numero=OPERATION,
        intitule="Facilitateurs des clauses d'insertion du territoire des Deux-Sèvres, année 2018",
        structure=STRUCTURE,
        dispositif=SCHEME,
        numero_operation="201800001",
        debut=first,
        fin=LAST,
        signee_le=signed_on,
        taux=Decimal("0.50"),
        montant_maximum=maximum,
        cout_total=Decimal("170000.00"),
        etp=Decimal(4),
        bilan_le=date(2019, 6, 30),
        description="Quatre postes équivalent temps plein sur les six intercommunalités.",
    )
    add_piece(
        rows,
        f"CONV-{OPERATION}",
        PieceKind.CONVENTION,
        f"Convention {OPERATION} signée",
        convention=OPERATION,
        debut=first,
        fin=LAST,
        date=signed_on,
        montant=maximum,
    )
    add_piece(
        rows,
        f"PUB-{OPERATION}",
        PieceKind.PUBLICITY,
        "Photographie de l'affiche A3 et page du site, emblème de l'Union européenne",
        convention=OPERATION,
        debut=first,
        fin=LAST,
        date=date(2018, 9, 3),
    )


def _state_convention(rows: ImportRows) -> None:
    first, last, signed_on = date(2017, 12, 15), date(2018, 12, 14), date(2017, 12, 14)
    maximum = Decimal("15000.00")
    rows.add(
        "conventions",
        numero=STATE_CONVENTION,
        intitule="Aide au poste de facilitateur du Niortais",
        structure=STRUCTURE,
        dispositif="ETAT-2017",
        debut=first,
        fin=last,
        signee_le=signed_on,
        taux=Decimal("0.70"),
        montant_maximum=maximum,
        cout_total=Decimal("45000.00"),
        etp=Decimal(1),
        bilan_le=date(2019, 6, 14),
    )
    add_piece(
        rows,
        f"CONV-{STATE_CONVENTION}",
        PieceKind.CONVENTION,
        f"Convention {STATE_CONVENTION} signée",
        convention=STATE_CONVENTION,
        debut=first,
        fin=last,
        date=signed_on,
        montant=maximum,
    )
