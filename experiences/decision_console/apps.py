"""Django app configuration."""

from django.apps import AppConfig


class DecisionConsoleConfig(AppConfig):
    name = "experiences.decision_console"
    default_auto_field = "django.db.models.BigAutoField"
