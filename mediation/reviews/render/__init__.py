"""Outlines on paper and in files: PDF and DOCX by GB/T 9704 (DOMAIN.md 6.1), XLSX, HTML, and the charts in them.

Everything here draws; nothing here counts, chooses words or reads the database.
"""
