"""A 1.6 management system seen from a station: one file per functional block, each a set of translations.

Words only; a translation takes the half it works for, a request and the time, and yields the steps of the translation.
"""
