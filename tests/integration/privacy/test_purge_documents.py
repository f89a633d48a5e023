"""What was signed of a month is kept as long as the month is, and goes with it."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session

from grants import models
from grants.periods import month_index
from tests.factories.privacy.purges import Case
from tests.integration.privacy import test_purge
from tests.support.database import NOW

pytestmark = pytest.mark.both_databases

case = test_purge.case


def test_a_signed_document_goes_with_its_month_and_no_day_earlier(
    session: scoped_session[Session], case: Case
) -> None:
    owned = {"organisation_id": case.organisation_id, "person_id": case.person.id}
    session.add(
        models.SheetDocument(
            **owned, month=month_index(date(2015, 6, 1)), sha256="0" * 64,
            document='{"person":{"last_name":"Durand"}}', kept_at=NOW,
        )
    )  # fmt: skip
    session.commit()
    documents = select(func.count()).select_from(models.SheetDocument)

    assert test_purge.preview(session, case, test_purge.LAST_DAY).is_empty
    assert (
        test_purge.preview(session, case, test_purge.NEXT_DAY).persons[0].going["sheet_documents"]
        == 1
    )
    assert session.scalar(documents) == 1
    test_purge.run(session, case)

    assert session.scalar(documents) == 0
