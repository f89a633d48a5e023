"""Short French title of every finding, by code: what a list shows before the message is opened."""

from __future__ import annotations

FINDINGS: dict[str, str] = {
    # The claim and its convention
    "claim_empty": "Bilan sans dépense",
    "lines_differ": "Total différent des lignes",
    "charges_differ": "Charges et produits inégaux",
    "convention_unsigned": "Convention non signée",
    "convention_signed_late": "Convention signée après sa fin",
    "period_outside": "Période hors convention",
    "hours_outside_convention": "Heures hors convention",
    "amendment_unsigned": "Avenant non signé",
    "rate_above_maximum": "Taux au-dessus du maximum",
    "terms_changed": "Termes changés en cours de période",
    "report_late": "Bilan en retard",
    "report_due_soon": "Bilan à rendre bientôt",
    # Thresholds
    "grant_under_minimum": "Subvention sous le minimum",
    "cost_under_minimum": "Coût sous le minimum",
    "simplified_costs_missing": "Coûts simplifiés obligatoires",
    "flat_rate_20_over": "Forfait de 20 % non ouvert",
    "publicity_missing": "Publicité non prouvée",
    # No euro twice
    "cofunder_undeclared": "Cofinanceur non déclaré",
    "resource_incomplete": "Ressource reçue en partie",
    "segment_overfunded": "Jours financés au-delà du coût",
    "european_shares_over": "Plus de 100 % de temps européen",
    "month_split_differs": "Mois coupé par deux méthodes",
    # Time
    "time_share_low": "Part du temps insuffisante",
    "hours_missing": "Mois sans heures",
    "hours_during_leave": "Heures pendant une absence",
    "day_over_24h": "Plus de 24 h dans un jour",
    "day_over_maximum": "Journée trop longue",
    "hours_over_contract": "Heures au-delà du contrat",
    "hours_over_cap": "Heures au-delà du plafond annuel",
    # Letters and time sheets
    "letter_missing": "Lettre de mission absente",
    "letter_unsigned": "Lettre de mission non signée",
    "letter_undated": "Lettre de mission sans date",
    "letter_late": "Lettre de mission tardive",
    "letter_signed_late": "Lettre de mission signée tard",
    "letter_share_missing": "Part fixe sans pourcentage",
    "letter_not_accepted": "Part fixe non acceptée",
    "sheet_missing": "Feuille de temps absente",
    "sheet_unsigned": "Feuille de temps non signée",
    "sheet_signed_early": "Feuille signée avant la fin du mois",
    "sheet_signed_late": "Feuille signée très tard",
    "sheet_self_signed": "Feuille signée par une seule personne",
    "sheets_signed_together": "Feuilles signées le même jour",
    # Pay
    "contract_missing": "Jours sans contrat",
    "payslip_missing": "Bulletin de paie absent",
    "pay_after_contract": "Paie après la fin du contrat",
    "letters_overlap": "Lettres de mission superposées",
    "fte_over_convention": "Plus d'ETP que la convention",
    "ijss_missing": "IJSS non déduites",
    "item_ineligible": "Rubrique de paie écartée",
    "paid_late": "Paie acquittée trop tard",
    "hourly_rate_missing": "Taux horaire impossible",
    # Posts
    "post_vacant": "Poste vacant",
    "secondment_without_agreement": "Mise à disposition sans convention",
    "secondment_agreement_late": "Mise à disposition conventionnée tard",
    "replacement_missing": "Absence longue sans remplaçant",
    # Pieces
    "piece_unrecorded": "Pièce non enregistrée",
    "piece_without_file": "Pièce sans fichier",
    # Invariants of the ledger (grants verify)
    "parts_differ": "Parts différentes du bulletin",
    "days_differ": "Jours perdus ou doublés",
    "hours_differ": "Heures perdues ou doublées",
    "share_over_100": "Parts européennes au-delà de 100 %",
    "charged_twice": "Centime porté deux fois",
    "overfunded": "Segment financé au-delà du coût",
}
