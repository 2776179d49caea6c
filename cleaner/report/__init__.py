"""``report.html`` and the page views: what came in, what went and why, for people to look at."""

from cleaner.report.write import remake_report, write_report

__all__ = ["remake_report", "write_report"]
