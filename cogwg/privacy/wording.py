"""Texts about the data stored about a person: the titles of the sections, how to correct each, and the kinds of events."""

from __future__ import annotations

from enum import StrEnum

from cogwg.accounts.unsaved_text import RETENTION
from cogwg.core.bilingual import Bilingual
from cogwg.mail.rules import MESSAGE_RETENTION

NO = Bilingual("no", "non")


class SectionKey(StrEnum):
    """A section of the data stored about a person. Its value is written to files and must not change, because programs rely on
    it.
    """

    ACCOUNT = "account"
    PREFERENCES = "preferences"
    ROLES = "roles"
    SECURITY_KEYS = "security-keys"
    SESSIONS = "sessions"
    LINKS = "links"
    EMAILS = "emails"
    COMMENTS = "comments"
    UNSAVED_TEXT = "unsaved-text"
    REPORTS = "reports"
    ASSESSMENTS = "assessments"
    RECORDS = "records"
    EVENTS_ABOUT = "events-about"
    EVENTS_BY = "events-by"


class AuthorSectionKey(StrEnum):
    """A section of the data stored about the author of a comment from the public, who has no account."""

    COMMENTS = "comments"
    EMAILS = "emails"
    EVENTS = "events"


TITLES = {
    SectionKey.ACCOUNT: Bilingual("Account", "Compte"),
    SectionKey.PREFERENCES: Bilingual("Preferences", "Préférences"),
    SectionKey.ROLES: Bilingual("Roles", "Rôles"),
    SectionKey.SECURITY_KEYS: Bilingual("Security keys", "Clés de sécurité"),
    SectionKey.SESSIONS: Bilingual("Sessions", "Sessions"),
    SectionKey.LINKS: Bilingual("Links to set a password", "Liens pour le mot de passe"),
    SectionKey.EMAILS: Bilingual("Emails", "Courriels"),
    SectionKey.COMMENTS: Bilingual("Comments", "Commentaires"),
    SectionKey.UNSAVED_TEXT: Bilingual("Unsaved text", "Texte non enregistré"),
    SectionKey.REPORTS: Bilingual("Reports submitted", "Rapports soumis"),
    SectionKey.ASSESSMENTS: Bilingual("Assessments of commitments", "Évaluations d’engagements"),
    SectionKey.RECORDS: Bilingual("Other records", "Autres inscriptions"),
    SectionKey.EVENTS_ABOUT: Bilingual("Audit log, about the person", "Journal d’audit, sur la personne"),
    SectionKey.EVENTS_BY: Bilingual("Audit log, by the person", "Journal d’audit, par la personne"),
}
CORRECTIONS = {
    SectionKey.ACCOUNT: Bilingual(
        "Correct this information under My account, or ask the secretariat.",
        "Corrigez ces renseignements dans Mon compte, ou demandez au secrétariat de le faire.",
    ),
    SectionKey.PREFERENCES: Bilingual("Change your preferences under My account.", "Modifiez vos préférences dans Mon compte."),
    SectionKey.ROLES: Bilingual("Ask the secretariat to correct your roles.", "Demandez au secrétariat de corriger vos rôles."),
    SectionKey.SECURITY_KEYS: Bilingual(
        "Remove a key under My account, then add it with another name.",
        "Retirez une clé dans Mon compte, puis ajoutez-la sous un autre nom.",
    ),
    SectionKey.SESSIONS: Bilingual(
        "End your sessions under My account. Sessions are deleted after 12 hours.",
        "Mettez fin à vos sessions dans Mon compte. Les sessions sont supprimées après 12 heures.",
    ),
    SectionKey.LINKS: Bilingual(
        "These links are deleted once they expire. Ask the secretariat to revoke a link earlier.",
        "Ces liens sont supprimés à leur expiration. Demandez au secrétariat d’en révoquer un plus tôt.",
    ),
    SectionKey.EMAILS: Bilingual(
        f"An email cannot be corrected. It is deleted after {MESSAGE_RETENTION.days} days.",
        f"Un courriel ne peut pas être corrigé. Il est supprimé après {MESSAGE_RETENTION.days} jours.",
    ),
    SectionKey.COMMENTS: Bilingual(
        "Edit or delete a comment on the page where you wrote it.",
        "Modifiez ou supprimez un commentaire sur la page où vous l’avez écrit.",
    ),
    SectionKey.UNSAVED_TEXT: Bilingual(
        f"Discard it under My account. It is deleted after {RETENTION.days} days.",
        f"Supprimez-le dans Mon compte. Il est supprimé après {RETENTION.days} jours.",
    ),
    SectionKey.REPORTS: Bilingual(
        "Submit the report again while its quarter is open, or ask a co-chair to reopen the quarter. "
        "The earlier text stays in the history.",
        "Soumettez de nouveau le rapport pendant que son trimestre est ouvert, ou demandez à la coprésidence de rouvrir le "
        "trimestre. Le texte précédent reste dans l’historique.",
    ),
    SectionKey.ASSESSMENTS: Bilingual(
        "Until your invitation ends, correct an assessment on its page. After that, ask the secretariat to "
        "correct it. Versions that are already published do not change.",
        "Corrigez une évaluation sur sa page tant que votre invitation n’a pas pris fin. Ensuite, demandez au "
        "secrétariat de la corriger. Les versions déjà publiées ne changent pas.",
    ),
    SectionKey.RECORDS: Bilingual(
        "These records of the group contain your name. Correct each record on its page, or ask the secretariat.",
        "Ces inscriptions du groupe contiennent votre nom. Corrigez chacune sur sa page, ou demandez au secrétariat de le "
        "faire.",
    ),
    SectionKey.EVENTS_ABOUT: Bilingual(
        "The audit log cannot be changed. Tell the secretariat if an entry is wrong.",
        "Le journal d’audit ne peut pas être modifié. Dites-le au secrétariat si une entrée est erronée.",
    ),
    SectionKey.EVENTS_BY: Bilingual(
        "The audit log cannot be changed. Tell the secretariat if an entry is wrong.",
        "Le journal d’audit ne peut pas être modifié. Dites-le au secrétariat si une entrée est erronée.",
    ),
}
SUBJECT_LABELS = {
    "person": Bilingual("Account", "Compte"),
    "accounts": Bilingual("Accounts", "Comptes"),
    "settings": Bilingual("Settings", "Paramètres"),
    "jurisdiction": Bilingual("Jurisdiction", "Administration"),
    "plan": Bilingual("Plan", "Plan"),
    "plan-draft": Bilingual("Draft plan", "Ébauche de plan"),
    "priority": Bilingual("Priority", "Priorité"),
    "activity": Bilingual("Activity", "Activité"),
    "assignment": Bilingual("Role in the plan", "Rôle dans le plan"),
    "period": Bilingual("Quarter", "Trimestre"),
    "report": Bilingual("Report", "Rapport"),
    "contribution": Bilingual("Partner’s note", "Note de partenaire"),
    "milestone": Bilingual("Milestone", "Jalon"),
    "challenge": Bilingual("Challenge", "Défi"),
    "translation-order": Bilingual("Texts to translate", "Textes à traduire"),
    "comment": Bilingual("Comment", "Commentaire"),
    "assessor-invitation": Bilingual("Invitation to assess", "Invitation à évaluer"),
    "action-plan": Bilingual("Action plan", "Plan d’action"),
    "commitment": Bilingual("Commitment", "Engagement"),
    "engagement-cycle": Bilingual("Engagement cycle", "Cycle de participation"),
    "engagement-theme": Bilingual("Theme of “What we heard”", "Thème de «\u00a0Ce que nous avons entendu\u00a0»"),
    "heard-version": Bilingual("Version of “What we heard”", "Version de «\u00a0Ce que nous avons entendu\u00a0»"),
    "assessment": Bilingual("Assessment of a commitment", "Évaluation d’un engagement"),
    "milestone-offer": Bilingual("Offer to lead or help with a milestone", "Proposition de diriger un jalon ou d’y contribuer"),
    "engagement-phase": Bilingual("Engagement phase", "Étape de participation"),
    "public-comment": Bilingual("Comment from the public", "Commentaire du public"),
    "upload": Bilingual("Uploaded file", "Fichier téléversé"),
    "briefing": Bilingual("Briefing", "Présentation"),
    "letter": Bilingual("Email", "Courriel"),
    "outbox": Bilingual("Outbox", "Courriels"),
    "audit": Bilingual("Audit log", "Journal d’audit"),
    "database": Bilingual("Database", "Base de données"),
}
