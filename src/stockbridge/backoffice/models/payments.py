"""Money received and given back."""

from django.db import models

from stockbridge.backoffice.models.accounts import Account
from stockbridge.backoffice.models.columns import money, of_company
from stockbridge.backoffice.models.documents import PostedDocument
from stockbridge.backoffice.models.orders import CustomerOrder
from stockbridge.backoffice.models.partners import Partner


class Payment(models.Model):
    """Money that came in (positive) or went out (negative), by one method."""

    company = of_company("payments")
    document = models.ForeignKey(
        PostedDocument, models.PROTECT, related_name="payments"
    )
    order = models.ForeignKey(
        CustomerOrder, models.PROTECT, null=True, blank=True, related_name="payments"
    )
    partner = models.ForeignKey(
        Partner, models.PROTECT, null=True, blank=True, related_name="payments"
    )
    method = models.CharField(max_length=100, blank=True)
    transaction_id = models.CharField(max_length=200, blank=True)
    account = models.ForeignKey(Account, models.PROTECT, related_name="payments")
    amount = money()
    currency = models.CharField(max_length=3)
    business_date = models.DateField()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["company", "business_date"], name="payment_date")
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency} {self.method}"
