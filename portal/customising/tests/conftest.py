"""A district's folder, as the settings would take it."""

import pytest

from portal.customising import folder


@pytest.fixture
def custom(settings, tmp_path):
    """Writes a file below the folder: `custom("static/custom.css", "…")`; the settings then are
    those of a start with it.
    """
    settings.CUSTOM_DIR = tmp_path / "custom"
    settings.CUSTOM_DIR.mkdir()

    def write(name, content):
        path = settings.CUSTOM_DIR / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        templates, static = settings.CUSTOM_DIR / "templates", settings.CUSTOM_DIR / "static"
        [engine] = settings.TEMPLATES
        shipped = [place for place in engine["DIRS"] if place != templates]
        settings.TEMPLATES = [
            engine | {"DIRS": [*([templates] if templates.is_dir() else []), *shipped]}
        ]
        shipped = [place for place in settings.STATICFILES_DIRS if place != static]
        settings.STATICFILES_DIRS = [*([static] if static.is_dir() else []), *shipped]
        forget()
        return path

    forget()
    yield write
    forget()


def forget():
    folder.stylesheet.cache_clear()
    folder.logo.cache_clear()
