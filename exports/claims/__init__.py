"""The files of a claim: workbooks, claim.json, the State's form, from one frozen claim."""
