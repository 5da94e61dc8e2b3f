"""The list of activities with the columns of the plan page."""

from __future__ import annotations

from django.contrib import admin

from tests.bench.django_admin_app.models import Activity


class ActivityAdmin(admin.ModelAdmin):
    list_display = ("priority", "month", "title", "status")
    list_select_related = ("priority",)


admin.site.register(Activity, ActivityAdmin)
