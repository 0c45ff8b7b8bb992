"""Django app configuration."""

from django.apps import AppConfig


class HygieneTrayConfig(AppConfig):
    name = "experiences.hygiene_tray"
    default_auto_field = "django.db.models.BigAutoField"
