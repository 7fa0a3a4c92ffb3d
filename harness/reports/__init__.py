"""What people look at. Pure functions from a summary to text.

table      the terminal table of one run
ppa        two designs side by side
plain      small aligned tables for lists
"""
