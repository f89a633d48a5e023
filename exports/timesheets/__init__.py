"""A person's month on paper and as a workbook; the signed PDF."""
