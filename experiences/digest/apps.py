"""Django app configuration."""

from django.apps import AppConfig


class DigestConfig(AppConfig):
    name = "experiences.digest"
    default_auto_field = "django.db.models.BigAutoField"
