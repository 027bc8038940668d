"""Persons who were erased: remembered as a hash, so that they do not come back."""

from django.db import models

from stockbridge.companies.models import Company


class Erasure(models.Model):
    """One person whose data a company no longer keeps."""

    company = models.ForeignKey(Company, models.CASCADE, related_name="erasures")
    mark = models.CharField(max_length=64)  # hash of the company and the address
    at = models.DateTimeField()
    by = models.CharField(max_length=150, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "mark"], name="one_erasure")
        ]

    def __str__(self) -> str:
        return self.mark[:12]
