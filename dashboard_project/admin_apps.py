"""Puts our admin site in the place of Django's own."""

from django.contrib.admin.apps import AdminConfig


class LecternAdminConfig(AdminConfig):
    default_site = "dashboard_project.admin_site.LecternAdminSite"
