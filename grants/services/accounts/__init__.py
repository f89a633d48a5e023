"""Who logs in: passwords, second factors, sessions, resets by mail, throttling, OpenID Connect.

``users`` keeps the accounts, ``login`` lets them in, ``telling`` tells the trail of it. What an
account may then do is the business of ``roles``.
"""
