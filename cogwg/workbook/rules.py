"""The rules that a workbook is checked against. The sentence of a rule is the same in the file, the preview and
the command line.
"""

from __future__ import annotations

from typing import Any

from cogwg.core.errors import N_, Message

RULES: dict[str, str] = {
    "code-missing": N_("Enter the code of the activity, such as 3.2, or delete this row."),
    "code-unknown": N_("Enter the code of an activity in this workbook’s plan, such as 3.2."),
    "code-near": N_("Correct the code of the activity. Did you mean %(code)s?"),
    "code-repeated": N_("Keep one row for each activity. The code %(code)s is in several rows."),
    "not-yours": N_("Delete this row, or undo your changes in it. You cannot report on this activity."),
    "book-of-others": N_("Download your own workbook. This one is for %(names)s."),
    "book-shared": N_("Check that this is your workbook. It is for %(names)s."),
    "replaced": N_(
        "Delete this row. The report for Quarter %(quarter)s can no longer be corrected, because the one for Quarter %(later)s "
        "is submitted."
    ),
    "status-unknown": N_("Choose a status from the list."),
    "status-near": N_("Choose a status from the list. Did you mean “%(status)s”?"),
    "mark-unknown": N_("Choose “Yes” if there is nothing to report, or leave this cell empty."),
    "formula": N_("Replace this formula with its value. Copy the cell, then paste the value only."),
    "formula-replaced": N_("Check this value. It has replaced the formula in your workbook."),
    "changed-too": N_("This text has also changed on the site. Upload the workbook to see both and choose."),
    "error-value": N_("Correct this cell. It shows a spreadsheet error instead of a value."),
    "merged": N_("Unmerge these cells, then fill in each of them."),
    "hidden-row": N_("This row is hidden in your workbook, and it has changes. Check that you want to save them."),
    "emptied": N_("You emptied this cell. Keep the saved text or remove it?"),
    "label-alone": N_("Enter the link that this name belongs to, or delete the name."),
    "baseline-missing": N_(
        "Check each change. The hidden sheet of your workbook is missing, "
        "so changes that others made in the meantime cannot be shown."
    ),
    "column-missing": N_("The column “%(column)s” is missing from your workbook. What is saved will not change."),
    "too-new": N_("Download a new workbook. This row is newer than what is saved on this site."),
    "more": N_("Correct these problems first, then upload your workbook again. It has %(count)s more."),
    "plan-code": N_("Enter a number such as %(example)s in the first column, or delete this row."),
    "plan-next": N_("Use the next free number, %(code)s."),
    "plan-priority": N_("Add priority %(number)s to the sheet of priorities first."),
    "plan-removed": N_("Delete this row. The item has been removed from the draft since you downloaded the workbook."),
    "plan-year": N_("Keep the year %(year)s. To start the plan of another year, download its workbook."),
    "jurisdiction-unknown": N_("Choose a jurisdiction from the list."),
    "jurisdiction-repeated": N_("This jurisdiction already has a role in this priority. Choose another jurisdiction."),
    "role-unknown": N_("Choose “Lead” or “Partner”."),
    "due-missing": N_("Enter the month in which this activity is due, such as 2020-09."),
    "due-unknown": N_("Enter a month or a day, such as 2020-09 or 2020-09-15."),
    "text-missing": N_("Enter this text in English or French."),
    "limit": N_("Shorten this text. The limit is %(limit)s characters."),
    # The rules of the report form, with its sentences.
    "text-or-mark": N_("Choose what to keep: your text or “Nothing to report”."),
    "too-long": N_("Shorten this text to at most %(limit)s characters (%(over)s too many)."),
    "too-many-links": N_("Keep no more than %(limit)s links."),
    "address": N_("Enter a full web address, such as https://open.canada.ca"),
    "address-length": N_("Enter a shorter web address. The limit is %(limit)s characters."),
    "address-several": N_("Enter one web address in this field."),
    "address-file": N_("This is the path of a file on a computer or network drive. Enter the web address of the file."),
    "address-user": N_("Remove the user name and the @ sign from this web address."),
    "address-spaces": N_("Remove the spaces from this web address."),
    "address-port": N_("Correct or remove the port (the number after the colon) in this web address."),
    "address-email": N_("This is an email address. Enter a web address, such as https://open.canada.ca"),
    "address-words": N_("Remove the words before the web address."),
    "address-scheme": N_("Enter a web address that starts with https:// or http://, not with %(start)s"),
    "address-backslash": N_("Replace each \\ in this web address with /"),
}
"""The sentence of each rule, by its id."""
_IDS = {sentence: rule for rule, sentence in RULES.items()}
OTHER_RULE = "form"
"""The rule id for a sentence of the report form that has no id of its own."""


def sentence(rule: str, **values: Any) -> Message:
    """Return the sentence of a rule with its values."""
    return Message(RULES[rule], values)


def rule_id(message: Message) -> str:
    """Return the id of the rule that a message of the report form belongs to."""
    return _IDS.get(message.id, OTHER_RULE)
