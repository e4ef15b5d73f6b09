"""A 1.6 station seen from the house: one file per functional block, each a set of translations.

Words only; a translation takes the half it works for, a request and the time, and yields the steps of the translation.
"""
