"""Django app configuration."""

from django.apps import AppConfig


class TestDriveConfig(AppConfig):
    name = "experiences.test_drive"
    default_auto_field = "django.db.models.BigAutoField"
