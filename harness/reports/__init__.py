"""What people look at. Pure functions from a summary to text.

table      the terminal table of one run
measures   its blocks for area, delay, power and lint
ppa        two designs side by side
comparison what harness compare shows
regraded   the verdicts that changed when a run was graded again
plain      small aligned tables for lists
"""
