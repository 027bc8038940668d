"""What we want of allauth: no sign-up by oneself, second factors encrypted at rest."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest

from stockbridge.engine.vault import opened, sealed


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """People come by the first-run wizard or by invitation."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return that nobody makes an account by themselves."""
        return False


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Authenticator secrets and recovery codes, encrypted with the vault key."""

    def encrypt(self, text: str) -> str:
        """Return what is kept in the database."""
        return sealed({"secret": text})

    def decrypt(self, encrypted_text: str) -> str:
        """Return the secret itself."""
        return opened(encrypted_text)["secret"]
