"""What people look at. Pure functions from plain data to text.

table      the terminal table of one run
measures   its blocks for area, delay, power and lint
money      its line of tokens and cost; what a dry run shows
ppa        two designs side by side
comparison what harness compare shows (trend: with --trend)
verification  what harness verify shows
regraded   the verdicts that changed when a run was graded again
plain      small aligned tables for lists
leaderboard   the leaderboard as text, CSV, Markdown, page
markdown   tables in Markdown
page       report.html of one run, put together from the files in web/ (template, styles, scripts)
audit_table  the table of an audit (audit_page: audit.html)
words      what was found of one sample, as a sentence
"""
