"""The worked example: KoRus-Nord's plan for 2016 and a played-through 2016, sent as commands over the API.

The plan is real; what happened is made up to show the product, marked with the source ``example`` and shown as such.
"""
