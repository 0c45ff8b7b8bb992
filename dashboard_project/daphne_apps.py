"""daphne as an app, for `runserver`; its server is loaded by whoever serves.

daphne's own configuration loads Twisted in every process, so that no other package installs a reactor before it does.
No other package here does, and a command that serves nothing starts by a fifth sooner.
"""

from django.apps import AppConfig


class LecternDaphneConfig(AppConfig):
    name = "daphne"
    verbose_name = "Daphne"
