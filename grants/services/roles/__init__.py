"""What an account may do: roles, invitations, delegations, the operator's first run.

``memberships`` answers who may what; ``giving`` changes it.
"""
