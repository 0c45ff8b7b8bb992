"""Django app configuration."""

from django.apps import AppConfig


class IngestConfig(AppConfig):
    name = "ingest"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from ingest.edited import listen  # noqa: PLC0415  models are there only now

        listen()
