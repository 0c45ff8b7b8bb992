"""Django app configuration."""

from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "experiences.outbox"
    default_auto_field = "django.db.models.BigAutoField"
