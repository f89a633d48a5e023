"""What every file is made with: cells, tables, images, PDF, JSON values, form fields.

Knows no subject.
"""
