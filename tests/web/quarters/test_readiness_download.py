"""The download of the reporting status: filtered like its page, in its language, without formulas."""

from __future__ import annotations

from sqlalchemy import update
from sqlalchemy.orm import Session

from cogwg.accounts.models import Person
from cogwg.core.db import write_transaction
from cogwg.plan.wording import VACANT_LABEL
from tests.web.downloads import FORMULA, column_values, downloaded_rows, rows_by_heading
from tests.web_client import App, email


def test_readiness_download_equals_the_filtered_page(app: App) -> None:
    with Session(app.engine) as session, write_transaction(session):
        session.execute(update(Person).where(Person.email == email("ontario")).values(name=FORMULA))
    chair = app.client_as("chair")
    rows = rows_by_heading(downloaded_rows(chair, "/en/readiness"))
    ontario = [row for row in rows if row["Jurisdiction"] == "Ontario"]
    without_draft = {row["Activity"] for row in ontario if row["Report"] == "No draft yet"}
    assert without_draft == {"'3.2", "'3.3", "'3.4", "'4.3", "'4.4"}
    assert {row["Contact"] for row in ontario} == {f"'{FORMULA}"}
    assert [row["Report"] for row in rows if row["Role"] == "to confirm"] == ["No report required"]
    vacancies = [row for row in rows if row["Jurisdiction"] == "TBD: vacant"]
    assert len(vacancies) == 3
    assert all(row["Priority"] and row["Priority title"] and not row["Activity"] and not row["Report"] for row in vacancies)
    assert VACANT_LABEL.fr == "Rôle vacant"
    inside = downloaded_rows(chair, "/fr/readiness?period=2020-09&show=in")
    assert inside[0][:4] == ["Administration", "Priorité", "Titre de la priorité", "Rôle"]
    assert set(column_values(inside, "Rapport")) == {"Reçu"}
    assert len(set(column_values(inside, "Activité"))) == 10
    assert set(column_values(inside, "Données fictives")) == {"Démonstration\u00a0: rapports fictifs"}
    assert set(column_values(downloaded_rows(chair, "/en/readiness?show=to-confirm"), "Jurisdiction")) == {"Nova Scotia"}
    assert set(column_values(downloaded_rows(chair, "/en/readiness?period=2020-06&show=in"), "Report")) <= {"Received"}
