"""Posted documents: one key, one effect; and the counters of a company's books."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from stockbridge.backoffice.models.accounts import Account
from stockbridge.backoffice.models.columns import money, of_company, units
from stockbridge.backoffice.models.items import Item
from stockbridge.backoffice.models.locations import Location
from stockbridge.backoffice.models.orders import CustomerOrder, LineKind, OrderLine
from stockbridge.backoffice.models.partners import Partner
from stockbridge.companies.models import Company


class DocumentKind(models.TextChoices):
    """What a document is."""

    ORDER = "order", _("Customer order")
    FULFILLMENT = "fulfillment", _("Fulfillment")
    CANCELLATION = "cancellation", _("Cancellation")
    AMENDMENT = "amendment", _("Change of an order")
    PAYMENT = "payment", _("Payment")
    REFUND = "refund", _("Refund")
    GOODS_RECEIPT = "goods_receipt", _("Goods received")
    OPENING = "opening", _("Opening quantities")
    ADJUSTMENT = "adjustment", _("Stock adjustment")
    TRANSFER = "transfer", _("Stock transfer")
    ENTRY = "entry", _("Journal entry")


class Ledger(models.Model):
    """The one row of a company that every posting locks first.

    So postings of one company follow one another, numbers have no gaps, and the
    order of `change_seq` is the order of the commits.
    """

    company = models.OneToOneField(Company, models.PROTECT, related_name="ledger")
    currency = models.CharField(max_length=3, blank=True)  # of all that is posted
    change_seq = models.BigIntegerField(default=0)
    numbers = models.JSONField(default=dict)  # series → the number last given

    def __str__(self) -> str:
        return f"Ledger of {self.company_id}"


class PostedDocument(models.Model):
    """One posted document. Its `key` never has two effects in a company.

    `part_of` names the document that was posted in the same act (an order that
    came paid); both are reversed together. A reversal is a document of its own.
    """

    company = of_company("posted_documents")
    key = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=DocumentKind.choices)
    number = models.CharField(max_length=40)
    business_date = models.DateField()  # in the company's time zone, as decided then
    posted_at = models.DateTimeField()
    total = money()
    currency = models.CharField(max_length=3)
    reference = models.CharField(max_length=100, blank=True)  # the store's number
    marker = models.CharField(max_length=200, blank=True)  # the source's sign
    memo = models.CharField(max_length=500, blank=True)
    partner = models.ForeignKey(
        Partner, models.PROTECT, null=True, blank=True, related_name="documents"
    )
    order = models.ForeignKey(
        CustomerOrder, models.PROTECT, null=True, blank=True, related_name="documents"
    )
    part_of = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="parts"
    )
    reverses = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="reversed_by"
    )

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["company", "key"], name="one_effect"),
            models.UniqueConstraint(
                fields=["company", "number"], name="document_number_once"
            ),
        ]
        indexes = [
            models.Index(fields=["company", "reference"], name="document_reference"),
            models.Index(fields=["company", "marker"], name="document_marker"),
            models.Index(
                fields=["company", "kind", "business_date"], name="document_kind_date"
            ),
        ]

    def __str__(self) -> str:
        return self.number


class RecordKey(models.Model):
    """The key under which a partner or an item was created: never a second one."""

    company = of_company("record_keys")
    key = models.CharField(max_length=200)
    partner = models.ForeignKey(
        Partner, models.CASCADE, null=True, blank=True, related_name="keys"
    )
    item = models.ForeignKey(
        Item, models.CASCADE, null=True, blank=True, related_name="keys"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "key"], name="one_record")
        ]

    def __str__(self) -> str:
        return self.key


class DocumentLine(models.Model):
    """What a document did to one order line, or received of one item.

    An order line's counters are the sums of these.
    """

    document = models.ForeignKey(PostedDocument, models.PROTECT, related_name="lines")
    position = models.PositiveIntegerField()
    order_line = models.ForeignKey(
        OrderLine, models.PROTECT, null=True, blank=True, related_name="effects"
    )
    kind = models.CharField(max_length=10, choices=LineKind.choices)
    item = models.ForeignKey(
        Item, models.PROTECT, null=True, blank=True, related_name="+"
    )
    location = models.ForeignKey(
        Location, models.PROTECT, null=True, blank=True, related_name="+"
    )
    account = models.ForeignKey(
        Account, models.PROTECT, null=True, blank=True, related_name="+"
    )
    description = models.CharField(max_length=500, blank=True)
    quantity = units()
    amount = money()  # of a refund: what is given back, positive
    fulfilled = units()
    cancelled = units()
    returned = units()
    restocked = units()
    billed = money()
    dropped = money()
    cost = money()

    class Meta:
        ordering = ["document", "position"]

    def __str__(self) -> str:
        return f"{self.document_id}/{self.position} {self.description}"
