"""Our look for every form, allauth's included.

`{{ form }}` or `{{ form.name.as_field_group }}` is all that a template says: label,
input, help and errors come out in Tabler's classes, tied together for screen readers.
"""

from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.forms.renderers import DjangoTemplates

CLASSES: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.RadioSelect, "form-check-input"),  # CheckboxSelectMultiple is one, too
    (forms.CheckboxInput, "form-check-input"),
    (forms.Select, "form-select"),
    (forms.widgets.Input, "form-control"),
    (forms.Textarea, "form-control"),
)


class StyledField(BoundField):
    """A field that wears Tabler's classes."""

    def build_widget_attrs(
        self, attrs: dict[str, Any], widget: forms.Widget | None = None
    ) -> dict[str, Any]:
        """Return the attributes of the input, its class and its state added."""
        widget = widget or self.field.widget
        built = dict(super().build_widget_attrs(attrs, widget))
        names = [next((name for kind, name in CLASSES if isinstance(widget, kind)), "")]
        if self.errors:
            names.append("is-invalid")
        own = str({**widget.attrs, **attrs}.get("class", ""))
        if joined := " ".join(filter(None, [*names, own])):
            built["class"] = joined
        return built

    @property
    def is_check(self) -> bool:
        """Return whether the label stands behind a single box."""
        return isinstance(self.field.widget, forms.CheckboxInput)

    @property
    def is_choices(self) -> bool:
        """Return whether there are several boxes, each with a label of its own."""
        return isinstance(self.field.widget, forms.RadioSelect)


class Renderer(DjangoTemplates):
    """Draws forms and fields by our templates."""

    form_template_name = "web/forms/form.html"
    field_template_name = "web/forms/field.html"
    bound_field_class = StyledField
