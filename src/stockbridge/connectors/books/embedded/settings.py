"""What a person says about the embedded back office: nothing, it is ours."""

from pydantic import BaseModel, ConfigDict


class EmbeddedSettings(BaseModel):
    """No options: what there is to choose stands on the back office's own screens."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class EmbeddedSecrets(BaseModel):
    """No keys: nothing leaves the process."""

    model_config = ConfigDict(frozen=True, extra="forbid")
