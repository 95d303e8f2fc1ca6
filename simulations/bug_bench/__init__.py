"""The bug bench: historical bugs planted one at a time, to show that the simulations would have found them.

Nothing of it is in the production code: a bug replaces functions of the production classes, in this process only, as
long as it is planted.
"""
