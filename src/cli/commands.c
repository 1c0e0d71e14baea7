/* The table of commands: one list for the parser, --help, man pages, completion. */
#include "cli/cli.h"

#include <string.h>

const ons_option ons_common_options[] = {
    {"threads", 0, "N", "cores to use (default: all that this process may use)"},
    {"seed", 0, "N",
     "seed of what demo, run, verdict, report, power and selftest draw (default 0); "
     "eval records it, elsewhere it changes nothing"},
    {"json", 0, NULL, "results as JSON Lines"},
    {"quiet", 'q', NULL, "errors only"},
    {"verbose", 'v', NULL, "more detail, also where in the source an error was raised"},
    {"log-json", 0, NULL, "progress and warnings as one JSON object a line on stderr"},
    {"color", 0, "WHEN", "auto, always or never (NO_COLOR is honoured)"},
    {"no-progress", 0, NULL, "no bars"},
    {"help", 'h', NULL, "help on the command"},
    {NULL, 0, NULL, NULL},
};

static const ons_option demo_options[] = {
    {"output", 'o', "DIR", "where everything goes (default onset-demo)"},
    {"seeds", 0, "N", "seeds per size, 1 to 32 (default 3)"},
    {"workers", 0, "N",
     "processes that train and ask, which share the cores (default 1: this one); results do not "
     "depend on it"},
    {NULL, 0, NULL, NULL},
};
static const char *const demo_examples[] = {
    "onset demo",
    "train 8 sizes with 3 seeds, evaluate, decide, write onset-demo/report.html",
    "onset demo -o night --seeds 10",
    "ten seeds a size in ./night",
    NULL,
};

static const ons_option run_options[] = {
    {"output", 'o', "DIR", "where everything goes (default: the file's name without its ending)"},
    {"workers", 0, "N",
     "processes that train and ask, which share the cores (default 1: this one; the runs of a "
     "sweep stay in this one); results do not depend on it"},
    {NULL, 0, NULL, NULL},
};
static const char *const run_examples[] = {
    "onset run ladder.yaml",
    "the whole way for a ladder of your own, to ./ladder/report.html",
    "onset run study.yaml -o night --threads 4",
    "what a study file says, in ./night; the same command again goes on where it was",
    "onset run ladder.yaml --workers 4",
    "four processes on one store; the same bytes as one",
    NULL,
};

static const ons_option train_options[] = {
    {"output", 'o', "DIR", "directory of the checkpoints (required)"},
    {"example", 0, NULL, "print the ladder file of the demo and stop"},
    {NULL, 0, NULL, NULL},
};
static const char *const train_examples[] = {
    "onset train --example > ladder.yaml",
    "a ladder file to start from",
    "onset train ladder.yaml -o ladders/mine",
    "train it; the same command again takes up where it was interrupted",
    "onset train examples/own-skills.yaml -o out",
    "a ladder that learns skills of your own: its skills_file names their JSON Lines",
    NULL,
};

static const ons_option eval_options[] = {
    {"model", 'm', "MODEL", "checkpoint directory (required)"},
    {"tasks", 't', "TASK,...", "tasks, separated by commas (required); see onset ls tasks"},
    {"skills", 0, "FILE", "JSON Lines with skills of your own, \"-\" for stdin; -t may name them"},
    {"limit", 'L', "N",
     "items per task at most (default 256); a skill with fewer held-out items asks all"},
    {"output", 'o', "DIR", "keep responses and scores in DIR/onset.db"},
    {"db", 0, "FILE", "keep them in FILE"},
    {"batch-size", 0, "N", "tokens computed at once (default 1024); results do not depend on it"},
    {NULL, 0, NULL, NULL},
};
static const char *const eval_examples[] = {
    "onset eval -m onset-demo/models/28k-s1 -t add_3,digit_sum_steps",
    "two tasks on one checkpoint; asked again, nothing is computed anew",
    "onset eval -m onset-demo/models/28k-s1 -t wic --json",
    "scores as JSON Lines",
    "onset eval -m out/28k-s1 -t next_letters --skills my_skills.jsonl",
    "a skill of your own",
    NULL,
};

static const ons_option verdict_options[] = {
    {"axis", 0, "AXIS", "flops, params, tokens, loss, several (flops,params), or auto (default)"},
    {"w0", 0, "DECADES", "10-90 % width that separates a jump from a slope (default: by the axis)"},
    {"pool", 0, NULL,
     "take all families together; a jump that hangs on one of them is a candidate"},
    {"task", 0, "NAME,...",
     "only these tasks, or those that match (*, ?); adjusted p-values stay those among all"},
    {"plot", 0, NULL,
     "draw every ability that has a row: score over scale, and why the verdict; on a terminal up "
     "to three are drawn without asking"},
    {"all", 0, NULL, "on a terminal: a row for every ability, however many there are"},
    {"compare", 0, "COLUMN[=BASE]",
     "instead of verdicts: how far the thresholds of groups of models lie apart; the groups are "
     "the values of family, prompt, shots, task or a column of your own"},
    {"recipe", 0, "COLUMN,...",
     "more columns that say how a model was made, beside recipe, tokenizer and data: a threshold "
     "across which one of them changes is flagged as confounded"},
    {"describe", 0, NULL, "also fit the usual curves to every series, as descriptions"},
    {"models", 0, "FILE.csv", "models beside those that onset knows (see onset import)"},
    {"strict", 0, NULL, "stop at the first malformed row or file"},
    {"example", 0, NULL, "print a small table to start from and stop"},
    {NULL, 0, NULL, NULL},
};
static const char *const verdict_examples[] = {
    "onset verdict --example > scores.csv",
    "a table to start from",
    "onset verdict scores.csv",
    "a verdict for every series in it",
    "onset verdict scores.csv --task 'arithmetic_*' --plot",
    "some tasks, each with a plot of score over scale and the reason of its verdict",
    "onset verdict results/",
    "result files of other programs below a folder, without keeping a database",
    "onset verdict onset-demo --json",
    "the verdicts of a demo or study directory as JSON Lines",
    "onset verdict scores.csv --compare shots=0",
    "how far examples in the prompt move every threshold",
    NULL,
};

static const ons_option forecast_options[] = {
    {"hold-out", 0, "N", "largest scales of each series to predict (default 1)"},
    {"axis", 0, "AXIS", "flops, params, tokens, loss, several (flops,params), or auto (default)"},
    {"pool", 0, NULL, "take all families together"},
    {"task", 0, "NAME,...", "only these tasks, or those that match (*, ?)"},
    {"all", 0, NULL, "on a terminal: every prediction, however many there are"},
    {"models", 0, "FILE.csv", "models beside those that onset knows (see onset import)"},
    {"strict", 0, NULL, "stop at the first malformed row or file"},
    {NULL, 0, NULL, NULL},
};
static const char *const forecast_examples[] = {
    "onset forecast scores.csv",
    "the largest model of every series, from the smaller ones",
    "onset forecast onset-demo --hold-out 2 --json",
    "the two largest sizes of a demo or study, as JSON Lines with a summary at the end",
    NULL,
};

static const ons_option power_options[] = {
    {"scales", 0, "K", "models of different size, 4 to 32 (default 8)"},
    {"seeds", 0, "S", "models of each size (default 1)"},
    {"items", 0, "N", "questions that each model is asked (default 200)"},
    {"span", 0, "DECADES", "from the smallest to the largest model (default 3)"},
    {"chance", 0, "C", "score of a guess (default 0)"},
    {"rise", 0, "R", "height of the rise as a share of 1 - chance (default 0.4)"},
    {"width", 0, "W", "decades in which 80 % of it happen (default 0.3)"},
    {"w0", 0, "DECADES", "10-90 % width that separates a jump from a slope (default 1.5)"},
    {"scatter", 0, "RHO",
     "differences between models beyond sampling, as a correlation of items "
     "(default 0.002: 2 points at a score of 0.5)"},
    {"studies", 0, "N", "simulated studies for each design (default 200)"},
    {"no-search", 0, NULL, "only this design, not the smallest that would do"},
    {NULL, 0, NULL, NULL},
};
static const char *const power_examples[] = {
    "onset power --scales 6 --items 500 --chance 0.25 --rise 0.5",
    "how often six models with 500 questions of four choices show a jump by half of the headroom",
    "onset power --width 1 --json",
    "the same as one JSON object, for a rise within one decade",
    NULL,
};

static const ons_option selftest_options[] = {
    {"statistics", 0, NULL, "measure the error rates of the verdicts (required)"},
    {"full", 0, NULL, "forty times as many series, an hour or more; goes on where it was stopped"},
    {"classes", 0, "A,B", "only these classes or groups of series; see --list"},
    {"output", 'o', "FILE",
     "keep finished work in FILE and take it up from there (with --full: onset-selftest.jsonl)"},
    {"list", 0, NULL, "name the classes and stop"},
    {NULL, 0, NULL, NULL},
};
static const char *const selftest_examples[] = {
    "onset selftest --statistics",
    "error rates, power and coverage in about a minute",
    "onset selftest --statistics --classes held-out,boundary --seed 5 --json",
    "curves that tuning never saw and the border between jump and slope, with other draws",
    "onset selftest --statistics --full -o selftest.jsonl",
    "the same with standard errors six times smaller; Ctrl-C and the same command again go on",
    NULL,
};

static const ons_option report_options[] = {
    {"axis", 0, "AXIS", "flops, params, tokens, loss, several (flops,params), or auto (default)"},
    {"rescore", 0, NULL, "compute the scores anew from the stored responses first"},
    {"output", 'o', "FILE",
     "where the page goes (default: report.html beside the database, else here), or the file for "
     "--text, --csv, --json or --latex (default: stdout)"},
    {"text", 0, NULL, "the report for the terminal"},
    {"task", 0, "NAME,...",
     "only these tasks, or those that match (*, ?); adjusted p-values stay those among all"},
    {"plot", 0, NULL, "with --text: draw every ability that has a row, as onset verdict --plot"},
    {"all", 0, NULL, "with --text on a terminal: a row for every ability, however many there are"},
    {"csv", 0, NULL, "every verdict as a row of a table, numbers in full"},
    {"latex", 0, NULL, "the abilities as a table for a paper (package booktabs)"},
    {"svg", 0, "DIR", "every figure as an SVG file in DIR; the page only if -o is given too"},
    {"pool", 0, NULL, "take all families together"},
    {"describe", 0, NULL,
     "below every ability of the page, how well the usual curves fit (up to 40 series: always)"},
    {"models", 0, "FILE.csv", "models beside those that onset knows (see onset import)"},
    {"strict", 0, NULL, "stop at the first malformed row or file"},
    {NULL, 0, NULL, NULL},
};
static const char *const report_examples[] = {
    "onset report onset-demo/onset.db -o report.html",
    "the page again, from what the store holds",
    "onset report results/ -o answer.html",
    "the page of a folder of result files, for a colleague",
    "onset report onset-demo/onset.db --text",
    "the same in the terminal",
    "onset report onset-demo --text --task add_2",
    "one ability with its plot",
    "onset report onset-demo/onset.db --svg figures",
    "figures/map.svg, figures/models.svg and the figures of every series, for a paper",
    "onset report onset-demo/onset.db --latex -o table.tex",
    "the table beside them",
    "onset report onset-demo/onset.db --axis flops,params",
    "the headline over compute, and the same abilities over parameters behind a switch",
    "onset report onset-demo/onset.db --csv > verdicts.csv",
    "for a spreadsheet",
    NULL,
};

static const ons_option import_options[] = {
    {"output", 'o', "DB", "database for the scores (required); made if it is not there"},
    {"models", 0, "FILE.csv", "models beside those that onset knows"},
    {"strict", 0, NULL, "stop at the first file or row that is bad"},
    {"example", 0, NULL, "print the table of public models and stop"},
    {NULL, 0, NULL, NULL},
};
static const char *const import_examples[] = {
    "onset import lm-eval results/ -o scores.db",
    "every results_*.json below results/; then onset verdict scores.db",
    "onset import bigbench BIG-bench/benchmark_tasks -o bigbench.db",
    "the scores_*.json of BIG-bench, which know the scale of their models",
    "onset import lm-eval results/ -o scores.db --models mine.csv",
    "with models of your own: family,model,params,tokens",
    "onset import --example | grep -i pythia",
    "what is known of a family: parameters, training tokens, and where the figures come from",
    NULL,
};

static const ons_option export_options[] = {
    {"output", 'o', "DIR", "folder for the files (required); made if it is not there"},
    {NULL, 0, NULL, NULL},
};
static const char *const export_examples[] = {
    "onset export csv scores.db -o out",
    "out/scores.csv, which onset verdict reads",
    "onset export json onset-demo -o out",
    "out/scores.jsonl and out/verdicts.jsonl, one object a line",
    "onset export lm-eval onset-demo -o out",
    "out/MODEL/results_0shot.json, as lm-evaluation-harness writes its results",
    NULL,
};

static const ons_option ls_options[] = {
    {"db", 0, "FILE", "database to look into (default onset-demo/onset.db)"},
    {"skills", 0, "FILE",
     "JSON Lines with skills of your own, \"-\" for stdin; listed after the built-in ones"},
    {NULL, 0, NULL, NULL},
};
static const char *const ls_examples[] = {
    "onset ls skills",
    "the skills a ladder can learn, with an example each",
    "onset ls skills --skills my_skills.jsonl",
    "the file is checked, and its skills are listed too",
    "onset ls models --db onset-demo/onset.db",
    "the models a store knows, with their scale",
    NULL,
};

static const ons_option help_options[] = {
    {"man", 0, NULL, "the man page (mdoc) instead of plain text"},
    {"completion", 0, NULL, "completion for bash"},
    {NULL, 0, NULL, NULL},
};
static const char *const help_examples[] = {"onset help verdict", "what onset verdict does", NULL};

const ons_command ons_commands[] = {
    {"demo", "[-o DIR] [--seeds N] [--workers N]",
     "train a ladder, see abilities emerge, decide, report",
     "Trains the pocket ladder (eight sizes of one small transformer, from nothing), asks every "
     "model the held-out questions of fifteen skills, decides for every ability whether it emerges "
     "with scale, and writes DIR/report.html and DIR/onset.db. The checkpoints in DIR/models are "
     "ordinary Hugging Face directories.\n\n"
     "Interrupted with Ctrl-C or killed, the same command goes on where it was and ends in the "
     "same bytes.",
     demo_options, demo_examples, ons_cmd_demo, NULL},
    {"run", "STUDY.yaml|LADDER.yaml [-o DIR] [--workers N]",
     "a study from a file: train, evaluate, decide, report",
     "Says what it will do and about how long that takes, trains the ladder that the file names, "
     "or is, asks every model, decides for every ability whether it emerges with scale, and "
     "writes DIR/report.html, DIR/onset.db and DIR/models. Interrupted or killed, the same "
     "command goes on where it was and ends in the same bytes.\n\n"
     "A study file is YAML with the keys study (its name), train (a ladder file), models (a list "
     "of {path: DIR} or {glob: PATTERN}: checkpoints that onset trained), tasks (a list of "
     "skills; default: those of the ladder), limit (items of a task; default: as the ladder says, "
     "else 256), seed (of the decisions), axis and w0 (default: as the ladder says, else auto). "
     "Paths are looked up beside the file. A key that this version cannot do is refused by "
     "name.\n\n"
     "With --workers N the models are trained and asked by N processes, which take them one by one "
     "from a list in onset.db. One that dies, or is silent for a minute, is told of, and another "
     "takes up what it did.",
     run_options, run_examples, ons_cmd_run, NULL},
    {"train", "LADDER.yaml -o DIR", "train a family of models from a ladder file",
     "Trains every size and seed of a ladder file into DIR, several models side by side, longest "
     "first. A checkpoint is a directory with config.json, tokenizer.json and model.safetensors "
     "that onset eval and other tools load. The same file and seed give the same bytes on the "
     "same machine, whatever else runs. With --json one object for each model, smallest size "
     "first: name, family, seed, params, tokens, flops, loss (held-out, nats per scored token), "
     "dir. All keys of a ladder file stand in docs/ladder-files.md: groups make a family of each "
     "variant, checkpoints keep models on the way, sweep tries learning rates.\n\n"
     "With \"skills_file: my_skills.jsonl\" (looked up from here, then beside the ladder file) "
     "skills may name what that file holds: one object a line, such as {\"skill\": \"parity\", "
     "\"prompt\": \"p:1011=\", \"answer\": \"1\", \"split\": \"train\"}. "
     "Items of split train are drawn at "
     "random, those of test are asked and never taught; without split one prompt in eight is "
     "asked. chance, optional, is the share that a guess gets right; without it that of the most "
     "frequent answer. Printable ASCII, prompt and answer shorter than 128 characters together. "
     "Another content of the file is another recipe.",
     train_options, train_examples, ons_cmd_train,
     "the seeds of the models stand in the ladder file, as in \"seeds: [3]\""},
    {"eval", "-m MODEL -t TASK[,TASK...] [--skills FILE] [-L N] [-o DIR] [--db FILE]",
     "ask a model questions",
     "Evaluates one model on tasks. Raw responses are kept in a store under content ids, scores "
     "are computed from them: the same command again asks nothing twice. Without -o and --db the "
     "store is $XDG_DATA_HOME/onset/onset.db. Skills of your own are read with --skills; onset "
     "train --help says what stands in such a file.",
     eval_options, eval_examples, ons_cmd_eval, NULL},
    {"verdict",
     "FILE...|DIR|DB [--task NAME,...] [--plot] [--all] [--axis AXIS] [--w0 DECADES] [--pool] "
     "[--compare COLUMN] [--recipe COLUMN] [--models FILE.csv]",
     "decide whether abilities emerge with scale",
     "Reads scores of models of different size and gives a verdict for every series (family, "
     "task, metric, shots, prompt): emergent, sharp-foreseeable, candidate, smooth, delayed, flat, "
     "constant, saturated, inverse, U-shaped, inverted-U, non-monotone or undetermined; where the "
     "threshold lies, and whether the metric made the jump.\n\n"
     "What is left open (undetermined, candidate) is said as far as it is known, in --json under "
     "known: kind rise-between (near chance up to chance_to, clearly above it from above_from on), "
     "rise-seen (it rises; where it begins is not seen), above-chance or no-rise-seen; p_absent, "
     "p_above; gap and gap_most, the decades between the two and the most over which such scores "
     "tell a jump from a slope; and needs: further sizes below, between and above, with so many "
     "items, that would show a jump, if it is one, in four of five cases, or_items at the sizes "
     "there are.\n\n"
     "CSV files have a header line with columns in any order: family, model, params, tokens, "
     "flops, loss, task, metric, prompt, shots, n_items, score, stderr, random_baseline, "
     "high_score, seed, higher_is_better, primary, intermediate, note, recipe, deff, n_clusters. "
     "Needed are family, task, metric, score and one of the scale columns. Other files, and "
     "folders without an onset.db, are read as onset import reads them: results of "
     "lm-evaluation-harness and BIG-bench.\n\n"
     "A threshold is flagged as confounded if something else changes where it lies: if no value of "
     "a column recipe, tokenizer or data (or of one that --recipe names) stands on both sides of "
     "it (a column whose values are all different is a name and counts not), if with --pool no "
     "family does, or if the training tokens jump there by a factor of three or more off the line "
     "over parameters that both sides share.\n\n"
     "Items that hang together (questions on one text) count as n_items / deff. deff is the "
     "column of that name; or, where n_clusters says that stderr is a clustered one, its square "
     "over the binomial variance; or, for a whole series, the middle of that ratio where it is "
     "1.5 or more. Where stderr is the binomial one, as in most files, nothing changes.\n\n"
     "With --compare the onsets (10 % of the rise) of the same ability in several groups of models "
     "are set side by side: how many decades later or earlier than in the base group (the first by "
     "number or name, or BASE), a 95 % interval by the likelihood of both series together, and the "
     "p-value of no shift. Everything but the column is equal: family (the groups of a ladder are "
     "families); prompt, whatever its shots; shots; task, of which the part behind the last slash "
     "is compared (gsm8k/cot with gsm8k/standard); or any column of a CSV file, which then splits "
     "series. A group that never rises, or is high from the start, gives one side of an interval "
     "and no number.\n\n"
     "--compare --json prints an object for each pair: compare, family, task, metric, shots, "
     "prompt (null or empty where they differ), axis, base and other (group, verdict, n_models, "
     "n_scales, onset and midpoint in the units of the axis), result (later, earlier, not-shown, "
     "not-comparable), shift {x, lo, hi} in decades (of loss: nats), p, p_adjusted (Benjamini and "
     "Hochberg, over all pairs), midpoint_shift, midpoint_p, reason. An end that is not bounded is "
     "null, and so is x then.\n\n"
     "--describe adds, after each verdict, how well twelve usual curves fit (maximum likelihood at "
     "one common scatter, AICc, BIC, and the log-likelihood of every scale by the fit to the "
     "others); with --json under the key curves. These are descriptions: a rule as \"a step has "
     "the better AICc\" calls 10 % of gradual series sharp, and 30 % of those with a dip or a "
     "cap.",
     verdict_options, verdict_examples, ons_cmd_verdict, NULL},
    {"forecast", "FILE.csv...|DIR|DB [--hold-out N] [--axis AXIS] [--task NAME,...]",
     "predict the largest models from the smaller ones",
     "Holds back the N largest scales of every series, predicts their scores from all smaller "
     "ones with a 95 % interval, and scores the prediction: share of intervals that hold the "
     "score, error in points, and log score (ln of the density that the forecast had at the score "
     "that came; higher is better). Beside it stand three simple forecasts with intervals of their "
     "own: the last value, a line in the logarithm of scale, and a line in the log odds above "
     "chance.\n\n"
     "The forecast is a line with Brownian deviations, averaged over how strong both are by the "
     "likelihood of the models that are known, leaves 2 % for a score that nothing announces, and "
     "gives half of its weight to steps from the last score as large as those before. "
     "The horizon of a series is from how many decades below its largest scale could be told: "
     "inside the interval and within a tenth of the headroom, from there on; --json has under "
     "history how it looked from every number of known scales (median, interval, z, surprise in "
     "nats).\n\n"
     "Where a continuous metric of the same answers is there, two-stage predicts it as a line and "
     "the score as a logistic function of it; it is scored beside the others on the same "
     "predictions (--json: two-stage, and paired in the summary). On ladders it wins, on "
     "BIG-bench it loses.\n\n"
     "A series needs three scales beside those held back; others are counted.",
     forecast_options, forecast_examples, ons_cmd_forecast, "nothing is drawn at random"},
    {"power", "[--scales K] [--items N] [--chance C] [--rise R] [--width W] [--seeds S]",
     "what a planned study could show",
     "Simulates studies of a planned design with a jump of known height and width in them, decides "
     "each as onset verdict does, and prints how often every verdict comes out, how well the "
     "threshold is placed, and for several numbers of models how many questions are needed to see "
     "the jump with probability 0.9. The same seed gives the same numbers whatever the number of "
     "threads.",
     power_options, power_examples, ons_cmd_power, NULL},
    {"selftest", "--statistics [--full] [--classes A,B] [-o FILE]",
     "measure how often verdicts are wrong",
     "Draws series whose truth is known (flat, smooth, U-shaped, jumps of many widths and heights, "
     "with few or many models and items), decides them as onset verdict does, and prints how "
     "often each class is called emergent, with the standard error of the rate and the band it "
     "must lie in; of jumps also how often the interval of the threshold holds the truth. In "
     "group seeds the rate is the share called sharp, in group metric the share of wrong answers "
     "of the metric check, in group discovery the share of false discoveries.\n\n"
     "Exit status 10 if a rate is outside its band by more than chance explains (p < .001). The "
     "same seed gives the same numbers whatever the number of threads.",
     selftest_options, selftest_examples, ons_cmd_selftest, NULL},
    {"report",
     "DB|FILE...|DIR [-o FILE] [--text|--csv|--json|--latex] [--plot] [--all] [--svg DIR] [--task "
     "NAME,...] [--axis AXIS] [--describe] [--rescore]",
     "draw the report of a store or of result files",
     "Reads a database, or what onset verdict reads: tables, result files, folders of them. "
     "Writes one self-contained HTML file (complete without scripts, nothing fetched) with the "
     "answer, the map of thresholds, a panel for every ability and a section for every series. "
     "Series without a verdict are decided first.\n\n"
     "The columns of --csv are named as in onset verdict --json, what is nested there joined by an "
     "underscore: p_above, onset_x, onset_lo, onset_hi. --svg writes map.svg, models.svg and, "
     "named as the sections of the page, each series' score (SERIES.svg), its continuous metric "
     "(SERIES--partner.svg), the share of runs that learned it (SERIES--learned.svg) and its "
     "small panel (SERIES--panel.svg), and the same ability side by side, named by its first "
     "series (SERIES--prompts.svg, --shots.svg, --families.svg); text in them is text, and each "
     "file holds its style.\n\n"
     "--rescore compares every score of the store with what its responses give, tells and mends "
     "those that differ, and decides anew where there were any; with none the store is left as it "
     "is. Scores of tables, which have no responses, stay.",
     report_options, report_examples, ons_cmd_report, NULL},
    {"import", "FORMAT PATH... -o DB [--models FILE.csv] [--strict]",
     "read result files of other programs",
     "Reads scores out of files that other programs wrote, into a database for onset verdict and "
     "onset report. FORMAT is lm-eval (lm-evaluation-harness, every layout since 0.2), bigbench "
     "(scores_*.json), helm (stats.json beside run_spec.json; built by the schema, untested on "
     "real files), csv (see onset-verdict) or auto. PATHs are files, or folders that are "
     "searched.\n\n"
     "Which model a score belongs to, and how large it is and how long it was trained, is looked "
     "up in a table of public models by the names that people write, as "
     "EleutherAI/pythia-1.4b-deduped or pretrained=EleutherAI/pythia-1.4b,revision=step3000. A "
     "model that is not there is asked for in one message and left out, never guessed; --models "
     "brings a table of your own with the columns family, model, params and, where they are "
     "known, aliases (separated by |), params_non_embedding, tokens, flops, tokens_per_step, "
     "source. One recipe is one family: base and instruct, deduplicated and not, quantised and "
     "not, stand apart. Checkpoints before the end of training, as step3000 of Pythia, stand on "
     "the axis of tokens only (onset verdict --axis tokens), a series for each size.\n\n"
     "Chance levels and numbers of items of usual benchmarks are filled in where a file does not "
     "say them; of BIG-bench the items are told by the fineness of the scores (0.589285714 is 33 "
     "of 56). A bad file is named and passed over, a score outside its range or two scores of one "
     "model leave their series out (exit 8). Of an evaluation that was run twice the later one "
     "counts, where both files say when they were made. NaN and Infinity are passed over.\n\n"
     "Raw answers of lm-eval, the samples_*.jsonl beside results_*.json, go into the database too. "
     "Of them the mean log-probability of the right answer is taken (logprob, or choice_logprob "
     "among given choices): the continuous measure of the same answers that the metric check "
     "needs.",
     import_options, import_examples, ons_cmd_import, "nothing is drawn at random"},
    {"export", "csv|json|lm-eval DB -o DIR", "write scores and verdicts for other programs",
     "Writes what a database holds: csv all scores in the columns of onset-verdict, json all "
     "scores and the verdicts on all series, one object a line, lm-eval one file for every model, "
     "prompt and number of shots in the form of lm-evaluation-harness; what that form has no "
     "place for (family, scale, seed) stands there under the key onset, and onset import reads it "
     "back.",
     export_options, export_examples, ons_cmd_export, NULL},
    {"ls", "skills|tasks|models|runs|studies [DB]", "list what is known",
     "Lists skills and tasks, the built-in ones and those of a file, each with an example, or the "
     "models, runs and studies of a store (DB, or --db); models of imported scores stand after its "
     "own.",
     ls_options, ls_examples, ons_cmd_ls, "nothing is drawn at random"},
    {"help", "[COMMAND] [--man|--completion]", "help on a command",
     "Prints the help of a command, or its man page.", help_options, help_examples, ons_cmd_help,
     "nothing is drawn at random"},
    {NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL},
};

const ons_command *ons_command_find(const char *name)
{
    for (const ons_command *c = ons_commands; c->name; c++)
        if (strcmp(c->name, name) == 0) return c;
    return NULL;
}

const ons_option *ons_option_find(const ons_option *list, const char *name)
{
    for (; list->name; list++)
        if (strcmp(list->name, name) == 0) return list;
    return NULL;
}
