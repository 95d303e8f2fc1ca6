"""Offices that lie: each strategy makes something else of what an honest engine would send.

A liar runs the production engine and holds its office's key, so its lies carry signatures that verify. It lies on its
way out (`Strategy.lies`) and may leave its engine in the dark (`Strategy.hears`).
"""
