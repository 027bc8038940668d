"""Companies, the people who work in them, and the tokens of programs."""

import secrets
from hashlib import sha256
from typing import ClassVar

from django.contrib.auth.base_user import BaseUserManager
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models.functions import Lower

from stockbridge.companies.permissions import NEEDS, ROLE_PERMISSIONS, Role


class UserManager(BaseUserManager["User"]):
    """Makes people who sign in by e-mail address."""

    def create_user(
        self, email: str, password: str | None = None, **more: object
    ) -> "User":
        """Create a person; without a password none can be used to sign in."""
        user = self.model(email=self.normalize_email(email).lower(), **more)
        user.set_password(password)
        user.save()
        return user

    def create_superuser(
        self, email: str, password: str | None = None, **more: object
    ) -> "User":
        """Create an administrator of the whole installation."""
        return self.create_user(
            email, password, is_staff=True, is_superuser=True, **more
        )


class User(AbstractUser):
    """A person, known by e-mail address over all companies.

    `is_superuser` means administrator of the installation: may add companies and
    allow private network addresses; sees every company.
    """

    username = None  # type: ignore[assignment]  # we sign in by e-mail address
    email = models.EmailField(unique=True)
    display_name = models.CharField(max_length=150, blank=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = UserManager()  # type: ignore[misc,assignment]

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_ci")]

    def __str__(self) -> str:
        return self.display_name or self.email


class Company(models.Model):
    """One business: owns everything else; nothing crosses companies."""

    name = models.CharField(max_length=200)
    slug = models.SlugField(max_length=60, unique=True)
    time_zone = models.CharField(max_length=64, default="UTC")
    currency = models.CharField(max_length=3, default="USD")
    closed_until = models.DateField(null=True, blank=True)  # this day included
    allows_private_addresses = models.BooleanField(default=False)
    retention_days = models.PositiveIntegerField(default=90)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "companies"

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """One person's place in one company."""

    company = models.ForeignKey(Company, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role.choices, default=Role.MEMBER)
    extra_permissions = models.JSONField(default=list, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "user"], name="one_membership")
        ]

    def __str__(self) -> str:
        return f"{self.user} in {self.company}"

    @property
    def permissions(self) -> frozenset[str]:
        """All that the role and the ticked boxes allow."""
        return ROLE_PERMISSIONS[self.role] | frozenset(self.extra_permissions)

    def may(self, permission: str) -> bool:
        """Return whether the act, and all that it needs, is allowed."""
        needed = {str(permission)} | NEEDS.get(permission, frozenset())
        return needed <= self.permissions


class Invitation(models.Model):
    """An offer to join, by a link that is sent once and kept only as a hash."""

    company = models.ForeignKey(Company, models.CASCADE, related_name="invitations")
    email = models.EmailField()
    role = models.CharField(max_length=20, choices=Role.choices, default=Role.MEMBER)
    extra_permissions = models.JSONField(default=list, blank=True)
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, models.SET_NULL, null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.email} to {self.company}"


class ApiToken(models.Model):
    """A program's way in: one company, its own permissions, shown once."""

    company = models.ForeignKey(Company, models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=12)
    token_hash = models.CharField(max_length=64, unique=True)
    permissions = models.JSONField(default=list)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    def may(self, permission: str) -> bool:
        """Return whether the act, and all that it needs, is allowed."""
        needed = {str(permission)} | NEEDS.get(permission, frozenset())
        return needed <= frozenset(self.permissions)


def new_token() -> tuple[str, str]:
    """Return a random token and the hash under which it is kept."""
    token = "sb_" + secrets.token_urlsafe(32)
    return token, token_hash(token)


def token_hash(token: str) -> str:
    """Return what is stored instead of a token (it is random: no salt needed)."""
    return sha256(token.encode()).hexdigest()
