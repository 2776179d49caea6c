"""From documents to the files of ``clean/``: shapes, bytes, tables, page files, run record and report."""
