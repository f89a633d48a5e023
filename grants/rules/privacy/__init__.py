"""What each role reads of people: one table, and what it leaves of a claim and of a time sheet.

``readers`` holds the table, ``claims`` takes somebody's pay out of a claim's sums, ``sheets`` takes
other operations out of a signed sheet. Pages, files and lists ask here; none decides by itself.
"""
