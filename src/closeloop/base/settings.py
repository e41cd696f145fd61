"""The settings of an installation, from the environment; no other module reads it."""

from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """What an operator can set; every one of them stands in the README's table."""

    model_config = SettingsConfigDict(env_prefix="CLOSELOOP_", extra="ignore", populate_by_name=True)

    port: int = Field(default=8600, validation_alias="PORT", ge=1, le=65535)
    host: str = "127.0.0.1"
    home: Path = Field(default=Path(".closeloop"), description="where the embedded database and the files live")
    database_url: str | None = Field(default=None, description="PostgreSQL 15-18; without it the embedded one runs")
    ddl_url: str | None = Field(default=None, description="for schema changes, where a pooler stands in between")
    pool_size: int = Field(default=8, ge=2, le=200)
    secret_key: SecretStr | None = Field(
        default=None, description="encrypts stored secrets; without it a key file in the home folder does"
    )
    demo: bool = Field(default=True, description="install the demo company at first start")
    demo_history: bool = Field(default=False, description="give a new demo company three months of work behind it")
    log_level: str = "info"
    file_limit: int = Field(default=20_971_520, ge=1024, description="the most bytes of an uploaded file")
    file_store: str | None = Field(default=None, description="a folder, or s3://bucket/prefix; else files in the home")
    s3_endpoint: str | None = Field(default=None, description="the address of an S3 store other than Amazon's")
    s3_key: str | None = None
    s3_secret: SecretStr | None = None
    s3_region: str = "us-east-1"
    webhook_private: bool = Field(default=False, description="let webhooks call addresses of private networks")
    public_url: str | None = Field(default=None, description="where people reach the installation, for links in mails")
    smtp_host: str | None = Field(default=None, description="the server that takes our mail; without it none is sent")
    smtp_port: int = Field(default=587, ge=1, le=65535)
    smtp_tls: Literal["starttls", "tls", "none"] = "starttls"
    smtp_user: str | None = None
    smtp_password: SecretStr | None = None
    smtp_from: str | None = Field(default=None, description="whom mail is from, such as Closeloop <crm@example.com>")
    geetest_url: str = Field(default="https://gcaptcha4.geetest.com", description="where Geetest's answers are checked")
    web_dist: Path | None = Field(default=None, description="the built web client; found beside the code if not set")

    @property
    def local_url(self) -> str:
        """The address of this machine itself."""
        return f"http://127.0.0.1:{self.port}"


@lru_cache(maxsize=1)
def get_settings() -> Settings:
    """Read the environment once a process."""
    return Settings()
