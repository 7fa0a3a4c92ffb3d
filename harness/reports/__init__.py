"""What people look at. Pure functions from a summary to text.

table      the terminal table of one run
plain      small aligned tables for lists
"""
