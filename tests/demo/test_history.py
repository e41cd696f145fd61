"""The demo company's past: what it shows must be what its rules would have done."""

import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from tests.support.company import Clocked

from closeloop.base.clock import FrozenClock
from closeloop.connect.store import open_store
from closeloop.base.settings import Settings
from closeloop.db.engine import Database
from closeloop.demo.history import live_through
from closeloop.runtime.files import Files
from closeloop.runtime.install import prepare_companies

pytestmark = pytest.mark.db
