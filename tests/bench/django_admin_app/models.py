"""Priorities and activities, as in the bare application."""

from __future__ import annotations

from django.db import models


class Priority(models.Model):
    title = models.CharField(max_length=200)

    def __str__(self) -> str:
        return str(self.title)


class Activity(models.Model):
    priority = models.ForeignKey(Priority, on_delete=models.CASCADE)
    title = models.CharField(max_length=200)
    month = models.IntegerField()
    status = models.CharField(max_length=2)
    progress = models.TextField()
