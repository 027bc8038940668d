"""Partners: the people and companies that we sell to and buy from."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from stockbridge.backoffice.models.columns import of_company


class Partner(models.Model):
    """A person or company; customer and vendor are its roles.

    A merged partner points to the one that stands for it. An erased one keeps its
    number and its documents, and nothing that tells who it was.
    """

    company = of_company("partners")
    number = models.CharField(max_length=40)
    name = models.CharField(_("Name"), max_length=255)
    is_customer = models.BooleanField(_("Customer"), default=True)
    is_vendor = models.BooleanField(_("Vendor"), default=False)
    first_name = models.CharField(_("First name"), max_length=150, blank=True)
    last_name = models.CharField(_("Last name"), max_length=150, blank=True)
    business_name = models.CharField(_("Company"), max_length=255, blank=True)
    email = models.CharField(_("E-mail"), max_length=254, blank=True)
    email_key = models.CharField(max_length=254, blank=True, editable=False)
    phone = models.CharField(_("Phone"), max_length=60, blank=True)
    phone_key = models.CharField(max_length=60, blank=True, editable=False)
    billing = models.JSONField(default=dict, blank=True)
    shipping = models.JSONField(default=dict, blank=True)
    note = models.TextField(_("Note"), blank=True)
    marker = models.CharField(max_length=200, blank=True)  # who made it, for look-up
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged"
    )
    is_active = models.BooleanField(_("Active"), default=True)
    erased_at = models.DateTimeField(null=True, blank=True)
    seq = models.BigIntegerField(default=0)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["company", "number"], name="partner_number_once"
            )
        ]
        indexes = [
            models.Index(fields=["company", "email_key"], name="partner_email"),
            models.Index(fields=["company", "phone_key"], name="partner_phone"),
            models.Index(fields=["company", "name"], name="partner_name"),
            models.Index(fields=["company", "seq"], name="partner_seq"),
        ]

    def __str__(self) -> str:
        return self.name
