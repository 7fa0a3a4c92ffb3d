"""Pure functions over records: no files, no clock, no tool.

beta         the incomplete beta function and the quantiles that rest on it
pass_at_k    the unbiased estimator
interval     a 95 % interval for a mean over problems that holds for small suites
rank         rank correlation
area         ratios to the golden design, given correct
efficiency   the best of k with wrong as 0, and TuRTLe's score
ppa          both of them for every figure of a run
lint         warnings by class, beside the golden designs'
equivalence  how many passing designs are proven equal to the golden ones, and where some are refuted
cost         where the CPU time went
summary      summary.json from a run's grades
"""
