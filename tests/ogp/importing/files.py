"""Makes files as others publish them: a country's list, and the federal tracker's files of two plans in full size."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from io import StringIO

from cogwg.core.paths import resource_folder
from cogwg.ogp.importing.federal_files import PERIODS
from cogwg.ogp.importing.stated import FileKind

LIST_COLUMNS = ("identifier", "cycle", "title_en", "title_fr", "policy_area_en", "starred", "status", "follows")
REPORT_COLUMNS = ("reporting_period", "commitments", "milestones", "indicators", "status")
TEXT_COLUMNS = ("progress_en", "progress_fr", "evidence_en", "evidence_fr", "challenges_en", "challenges_fr")
NAP6_COLUMNS = (
    *(*REPORT_COLUMNS, *TEXT_COLUMNS, "indicator_en", "indicator_fr", "indicator_deadline_en", "indicator_deadline_fr"),
    *("indicator_lead_dept", "owner_org", "owner_org_title"),
)
NAP5_COLUMNS = (
    *(*REPORT_COLUMNS, *TEXT_COLUMNS, "indicator_en", "indicator_fr", "indicator_due_date", "indicator_deadline_en"),
    *("indicator_deadline_fr", "indicator_lead_dept", "indicator_s4d"),
)


def csv_of(rows: Iterable[Mapping[str, str]], columns: Sequence[str], *, bom: bool = False, delimiter: str = ",") -> bytes:
    """Return rows as a CSV file."""
    out = StringIO()
    writer = csv.DictWriter(out, columns, restval="", extrasaction="ignore", delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode("utf-8-sig" if bom else "utf-8")


def list_rows() -> list[dict[str, str]]:
    """Return the 73 commitments of the source as rows of a list."""
    data = tomllib.loads((resource_folder("seed") / "commitments.toml").read_text(encoding="utf-8"))
    return [
        {
            "identifier": each["identifier"],
            "cycle": str(each["cycle"]),
            "title_en": each["title"],
            "policy_area_en": each["area"],
            "starred": "Yes" if each.get("starred") else "No",
            "status": "Inactive",
            "follows": each.get("follows", ""),
        }
        for each in data["commitment"]
    ]


def nap6_rows(indicators: int = 65) -> list[dict[str, str]]:
    """Return rows as the federal tracker publishes them of its sixth plan: each indicator in each half year."""
    return [_row(n, period, _code(n, 4)) for n in range(indicators) for period in PERIODS[FileKind.NAP6]]


def nap5_rows(indicators: int = 106) -> list[dict[str, str]]:
    """Return rows as the federal tracker publishes them of its fifth plan: each indicator in each quarter."""
    rows = [_row(n, period, _code(n, 5)) for n in range(indicators) for period in PERIODS[FileKind.NAP5]]
    for row in rows:
        row |= {"indicator_due_date": "2024-03-31", "indicator_s4d": "N"}
        row["indicator_deadline_en"] = row["indicator_deadline_fr"] = ""
    return rows


def _code(n: int, commitments: int) -> tuple[str, str, str]:
    commitment, rest = n % commitments + 1, n // commitments
    milestone, indicator = rest // 5 + 1, rest % 5 + 1
    return f"C{commitment:02}", f"C{commitment:02}.{milestone}", f"C{commitment:02}.{milestone}.{indicator}"


def _row(n: int, period: str, codes: tuple[str, str, str]) -> dict[str, str]:
    status = ("NS", "LP", "SP", "C")[(n + int(period[2:4])) % 4]
    nothing = n % 7 == 0
    challenged = status in ("NS", "LP")
    text = "Work with departments, provinces and territories went on, with “quotes”, commas, and\nlines. " * 6
    french = "Le travail avec les ministères, les provinces et les territoires s’est poursuivi, « comme prévu ».\nSuite. " * 6
    return {
        **dict(zip(REPORT_COLUMNS, (period, *codes, status), strict=True)),
        "progress_en": "NIL" if nothing else f"{codes[2]} in {period}: {text}",
        "progress_fr": "NUL" if nothing else f"{codes[2]} en {period} : {french}",
        "evidence_en": f"https://open.canada.ca/{n}",
        "evidence_fr": f"https://ouvert.canada.ca/{n}",
        "challenges_en": f"Staff of {codes[0]} changed. {text}" if challenged else "",
        "challenges_fr": f"Le personnel de {codes[0]} a changé. {french}" if challenged else "",
        "indicator_en": f"Indicator {codes[2]} is met",
        "indicator_fr": f"L’indicateur {codes[2]} est atteint",
        "indicator_deadline_en": "By fall 2027",
        "indicator_deadline_fr": "D’ici l’automne 2027",
        "indicator_lead_dept": "tbs-sct",
        "owner_org": "tbs-sct",
        "owner_org_title": "Treasury Board of Canada Secretariat | Secrétariat du Conseil du Trésor du Canada",
    }
