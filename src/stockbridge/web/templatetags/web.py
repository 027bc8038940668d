"""Small pieces that templates draw: icons, addresses of a company."""

from django import template
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from stockbridge.web import cells, mail

register = template.Library()
SPRITE = "web/vendor/tabler-icons/icons.svg"


@register.simple_tag
def icon(name: str, extra: str = "") -> SafeString:
    """Return an icon of the sprite; it says nothing to screen readers."""
    return format_html(
        '<svg class="icon {}" aria-hidden="true" focusable="false">'
        '<use href="{}#{}"></use></svg>',
        extra,
        static(SPRITE),
        name,
    )


@register.simple_tag(takes_context=True)
def company_url(context: template.Context, name: str, **more: object) -> str:
    """Return the address of a screen of the current company."""
    return reverse(name, kwargs={"company": context["company"].slug, **more})


@register.simple_tag(takes_context=True)
def company_url_if_any(context: template.Context, name: str) -> str:
    """Return the address of a screen; "" while nobody has built it."""
    try:
        return company_url(context, name)
    except NoReverseMatch:
        return ""


register.simple_tag(mail.sends_mail, name="sends_mail")
register.filter("money", cells.money)
register.filter("moment", cells.moment)
register.filter("number", cells.number)
register.filter("who", cells.who)
