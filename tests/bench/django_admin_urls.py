"""The addresses of the Django application of the bench."""

from __future__ import annotations

from django.contrib import admin
from django.urls import path

from tests.bench.django_admin import healthz

urlpatterns = [path("admin/", admin.site.urls), path("healthz", healthz)]
