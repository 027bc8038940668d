"""The Django app of companies, people and permissions."""

from django.apps import AppConfig


class CompaniesConfig(AppConfig):
    """Companies and people."""

    name = "stockbridge.companies"
    label = "companies"
    default_auto_field = "django.db.models.BigAutoField"
