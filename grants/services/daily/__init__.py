"""What runs once a day without anybody asking: reminders, clean-up, the trail's verification.

``periodic.DAILY`` lists the tasks.
"""
