"""Bring a workbook in: read it, check every cell, then write what is new or changed, all or
nothing.
"""
