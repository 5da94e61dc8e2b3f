"""The settings that only the environment sets, as the administration pages show them: in words, without any secret."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import make_url

from cogwg.core.bilingual import Bilingual
from cogwg.core.openid_settings import OpenIDSettings
from cogwg.core.settings import MailSettings, Settings

_YES, _NO, _NONE = Bilingual("yes", "oui"), Bilingual("no", "non"), Bilingual("not set", "non défini")
_SECURITY = {"": Bilingual("none", "aucun"), "starttls": Bilingual("STARTTLS", "STARTTLS"), "tls": Bilingual("TLS", "TLS")}
_METHODS = {
    "": Bilingual("no email is sent", "aucun courriel n’est envoyé"),
    "smtp": Bilingual("through an email server", "par un serveur de courriel"),
    "console": Bilingual("printed, for development", "affichés, pour le développement"),
    "file": Bilingual("written to files, for development", "écrits dans des fichiers, pour le développement"),
}
SECRETS = (
    "COGWG_SECRET_KEY",
    "COGWG_SECRET_KEY_FALLBACKS",
    "COGWG_METRICS_TOKEN",
    "COGWG_SMTP_USER",
    "COGWG_SMTP_PASSWORD",
    "COGWG_DEMO_PASSWORD",
    "COGWG_OIDC_CLIENT_SECRET",
)
"""The variables whose values no page shows."""


@dataclass(frozen=True, slots=True)
class ServerSetting:
    """A setting with the variables that set it, and its value in force."""

    label: Bilingual
    variables: tuple[str, ...]
    value: Bilingual


def server_settings(settings: Settings) -> tuple[ServerSetting, ...]:
    """Return the settings that only the environment sets."""
    kind = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[make_url(settings.database_url).get_backend_name()]
    return (
        _setting(Bilingual("Web address of the site", "Adresse Web du site"), settings.public_url, "COGWG_PUBLIC_URL"),
        _setting(
            Bilingual("Accepted host names", "Noms d’hôte acceptés"),
            ", ".join(settings.trusted_hosts),
            "COGWG_TRUSTED_HOSTS",
        ),
        _setting(Bilingual("HTTPS only", "HTTPS seulement"), settings.secure, "COGWG_SECURE"),
        _setting(
            Bilingual("Reverse proxies in front of the server", "Serveurs mandataires devant le serveur"),
            str(settings.proxy_count),
            "COGWG_PROXIES",
        ),
        _setting(Bilingual("Database", "Base de données"), kind, "COGWG_DATABASE_URL", "COGWG_DATA"),
        _setting(Bilingual("Port", "Port"), str(settings.port), "COGWG_PORT"),
        _setting(Bilingual("Processes", "Processus"), str(settings.workers), "COGWG_WORKERS"),
        _setting(Bilingual("Log of every request", "Journal de toutes les requêtes"), settings.access_log, "COGWG_ACCESS_LOG"),
        *_provider_settings(settings.openid),
        *_mail_settings(settings.mail),
        _setting(
            Bilingual(
                "Links to private networks are also checked",
                "Les liens vers des réseaux privés sont aussi vérifiés",
            ),
            settings.check_private_links,
            "COGWG_CHECK_PRIVATE_LINKS",
        ),
        _setting(
            Bilingual("Demonstration with sample data", "Démonstration avec des données fictives"), settings.demo, "COGWG_DEMO"
        ),
        _setting(
            Bilingual("Today’s date is simulated", "La date du jour est simulée"),
            bool(settings.calendar.offset),
            "COGWG_CALENDAR_OFFSET",
        ),
    )


def _provider_settings(openid: OpenIDSettings | None) -> tuple[ServerSetting, ...]:
    return (
        _setting(
            Bilingual("Sign-in provider", "Fournisseur de connexion"),
            openid.name if openid else _NONE,
            "COGWG_OIDC_NAME_EN",
            "COGWG_OIDC_NAME_FR",
        ),
        _setting(
            Bilingual("Web address of the provider", "Adresse Web du fournisseur"),
            openid.issuer if openid else _NONE,
            "COGWG_OIDC_ISSUER",
            "COGWG_OIDC_CLIENT_ID",
        ),
        _setting(
            Bilingual(
                "The provider requires two-step sign-in for everyone",
                "Le fournisseur exige la connexion en deux étapes de tout le monde",
            ),
            openid is not None and openid.requires_two_steps,
            "COGWG_OIDC_TWO_STEPS",
        ),
    )


def _mail_settings(mail: MailSettings) -> tuple[ServerSetting, ...]:
    label = Bilingual("Emails", "Courriels")
    if not mail.method:
        return (_setting(label, _METHODS[""], "COGWG_MAIL", "COGWG_SMTP_HOST"),)
    how = _setting(label, _METHODS[mail.method], "COGWG_MAIL")
    sender = (
        _setting(Bilingual("Sender of emails", "Expéditeur des courriels"), mail.sender, "COGWG_MAIL_FROM"),
        _setting(Bilingual("Address for replies", "Adresse de réponse"), mail.reply_to or mail.sender, "COGWG_MAIL_REPLY_TO"),
    )
    if mail.method != "smtp":
        return (how, *sender)
    return (
        how,
        _setting(
            Bilingual("Email server", "Serveur de courriel"), f"{mail.host}, {mail.port}", "COGWG_SMTP_HOST", "COGWG_SMTP_PORT"
        ),
        _setting(
            Bilingual("Encryption of the connection to the email server", "Chiffrement de la connexion au serveur de courriel"),
            _SECURITY[mail.security],
            "COGWG_SMTP_STARTTLS",
            "COGWG_SMTP_TLS",
        ),
        _setting(
            Bilingual(
                "Certificates of the email server’s certificate authority",
                "Certificats de l’autorité de certification du serveur de courriel",
            ),
            str(mail.ca_file or ""),
            "COGWG_SMTP_CA_FILE",
        ),
        *sender,
    )


def _setting(label: Bilingual, value: Bilingual | str | bool, *variables: str) -> ServerSetting:
    if isinstance(value, bool):
        shown = _YES if value else _NO
    else:
        shown = value if isinstance(value, Bilingual) else Bilingual(value, value) if value else _NONE
    return ServerSetting(label, variables, shown)
