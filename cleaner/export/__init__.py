"""A finished ``clean/`` in the shapes that other tools read; each is made from its tables alone."""

from cleaner.export.export import FORMATS, Exported, export

__all__ = ["FORMATS", "Exported", "export"]
