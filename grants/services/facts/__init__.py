"""Stored rows as the rules' facts: the only readers between tables and rules.

One query a table, whatever the number of posts; everything above asks here instead of the models.
"""
