"""Places that hold stock."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from stockbridge.backoffice.models.columns import of_company


class Location(models.Model):
    """A place that holds stock; one of them is where orders are served from."""

    company = of_company("locations")
    name = models.CharField(_("Name"), max_length=100)
    code = models.CharField(_("Code"), max_length=20, blank=True)
    is_default = models.BooleanField(_("Serves orders"), default=False)
    is_active = models.BooleanField(_("Active"), default=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["company", "name"], name="location_name_once"
            ),
            models.UniqueConstraint(
                fields=["company"],
                condition=Q(is_default=True),
                name="one_default_location",
            ),
        ]

    def __str__(self) -> str:
        return self.name
