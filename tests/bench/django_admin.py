"""The list of the same 25 activities in Django's admin, under the same server, as another yardstick than the bare application.

Needs the packages of ``tests/bench/requirements.lock``, which ``nox -s bench -- admin`` installs.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse

from tests.bench.baseline import STATUS_WORDS, TEXT

NAME, PASSWORD = "lead", "bench-password"
PATH = "/admin/django_admin_app/activity/"
ROOT_URLCONF = "tests.bench.django_admin_urls"


def set_up(database: Path) -> None:
    """Configure Django with its admin on this SQLite database, without debugging."""
    settings.configure(
        SECRET_KEY="baseline" * 5,
        ALLOWED_HOSTS=["127.0.0.1"],
        ROOT_URLCONF=ROOT_URLCONF,
        INSTALLED_APPS=[
            "django.contrib.admin",
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "django.contrib.messages",
            "django.contrib.staticfiles",
            "tests.bench.django_admin_app",
        ],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.common.CommonMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
        ],
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "APP_DIRS": True,
                "OPTIONS": {
                    "context_processors": [
                        "django.template.context_processors.request",
                        "django.contrib.auth.context_processors.auth",
                        "django.contrib.messages.context_processors.messages",
                    ]
                },
            }
        ],
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(database)}},
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        STATIC_URL="/static/",
    )
    django.setup()


def create_app() -> Any:
    """Return the WSGI application on the database of ``DJANGO_DATABASE``."""
    set_up(Path(os.environ["DJANGO_DATABASE"]))
    return get_wsgi_application()


def healthz(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")


def main() -> None:
    """Create the tables with 25 activities under 5 priorities, and the person who signs in."""
    set_up(Path(os.environ["DJANGO_DATABASE"]))
    from django.contrib.auth.models import User
    from django.core.management import call_command

    from tests.bench.django_admin_app.models import Activity, Priority

    call_command("migrate", run_syncdb=True, verbosity=0)
    User.objects.create_superuser(NAME, password=PASSWORD)
    for n in range(1, 6):
        Priority.objects.create(id=n, title=f"Large priority {n}")
    for n in range(25):
        Activity.objects.create(
            priority_id=n // 5 + 1,
            title=f"Activity {n // 5 + 1}.{n % 5 + 1} of a large plan",
            month=(3, 6, 9, 10, 12)[n % 5],
            status=list(STATUS_WORDS)[n % 4],
            progress=TEXT,
        )


if __name__ == "__main__":
    main()
