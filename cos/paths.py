"""Where the project's own files are. Everything else takes paths as arguments."""

from __future__ import annotations

from pathlib import Path

PROJECT_ROOT = Path(__file__).resolve().parent.parent
CONFIG_FOLDER = PROJECT_ROOT / "config"
BUILD_FOLDER = PROJECT_ROOT / ".build" / "cos"
