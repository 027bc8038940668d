"""What a member of a company may do, and which role brings it."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Permission(TextChoices):
    """One act that can be allowed or refused to a member."""

    VIEW = "view", _("See screens")
    CONFIGURE = "configure", _("Configure connections")
    IMPORT_ORDERS = "import_orders", _("Import orders")
    CREATE_SALES_ORDERS = "create_sales_orders", _("Create customer orders")
    IMPORT_CUSTOMERS = "import_customers", _("Import customers")
    CREATE_CUSTOMERS = "create_customers", _("Create customers")
    IMPORT_ITEMS = "import_items", _("Import items")
    EXPORT_ITEMS = "export_items", _("Export items to the store")
    EDIT_ITEMS = "edit_items", _("Create and update items")
    SYNC_STOCK = "sync_stock", _("Sync stock")
    SEE_LOGS = "see_logs", _("See logs")
    BACK_OFFICE = "back_office", _("Work in the back office")
    MANAGE_USERS = "manage_users", _("Manage users")


class Role(TextChoices):
    """A named set of permissions."""

    ADMINISTRATOR = "administrator", _("Administrator")
    POWER_USER = "power_user", _("Power user")
    MEMBER = "member", _("Member")


#: A member starts with sight alone; more is ticked one by one.
ROLE_PERMISSIONS: dict[str, frozenset[str]] = {
    Role.ADMINISTRATOR: frozenset(Permission.values),
    Role.POWER_USER: frozenset(Permission.values) - {Permission.MANAGE_USERS.value},
    Role.MEMBER: frozenset({Permission.VIEW.value}),
}

#: What an act needs besides its own permission (FEATURES A1).
NEEDS: dict[str, frozenset[str]] = {
    Permission.IMPORT_ORDERS: frozenset({Permission.CREATE_SALES_ORDERS.value}),
    Permission.IMPORT_CUSTOMERS: frozenset({Permission.CREATE_CUSTOMERS.value}),
    Permission.IMPORT_ITEMS: frozenset({Permission.EDIT_ITEMS.value}),
    Permission.EXPORT_ITEMS: frozenset({Permission.EDIT_ITEMS.value}),
}
