"""Static files under names that hold a digest of their content, so that browsers may keep them for ever."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedFiles(CompressedManifestStaticFilesStorage):
    """Scripts that import each other do so by these names, too."""

    support_js_module_import_aggregation = True
