/* Whole training steps (documents, forward, backward, optimiser) of the demo's ladder and of two
 * larger sizes, one thread, tokens per CPU second and share of the core's FMA peak, which is
 * measured between the rounds. Checked first: two steps give the same loss and the same weights,
 * bit for bit, with the reference kernels and with the timed ones.
 *
 * usage: bench_train [--kernels NAME] [--optimizer muon|adamw] [--batch N] [--width N] [--rounds N]
 *                    [--prototype PROGRAM]
 * PROGRAM is another trainer with the prototype's command line (-d -hd -tok …), whose last
 * line names its "tok/cpu_s"; both alternate in one run and the ratio is printed. */
#include <math.h>
#include <stdint.h>

#include "base/parse.h"
#include "bench.h"
#include "os/clock.h"
#include "peak.h"
#include "step_flops.h"
#include "study/ladder_file.h"
#include "train/backward.h"
#include "train/init.h"
#include "train/ladder.h"
#include "train/optimizer.h"
#include "train/schedule.h"
#include "train/stream.h"

#define SECONDS_PER_ROUND 0.8
#define SECONDS_PER_PEAK  0.05
#define ROUNDS_DEFAULT    5
#define ROUNDS_MAX        50

typedef struct options {
    ons_ladder ladder;
    const ons_kernels *kernels;
    const char *prototype;
    uint64_t rounds, batch; /* tokens a step; 0: as usual at each size */
} options;

/* The ladder with the batch of one size: beyond the demo's sizes batches grow, as the prototype's. */
static ons_ladder ladder_for(const options *o, size_t size)
{
    ons_ladder l = o->ladder;
    const uint32_t width = l.size[size].width;
    if (o->batch) {
        l.batch_tokens = (uint32_t)o->batch;
    } else if (width > 64) {
        l.batch_tokens = 8 * width;
    }
    return l;
}

static void require(ons_status s, const ons_err *err)
{
    if (s == ONS_OK) return;
    (void)fprintf(stderr, "%s\n", err->what);
    exit(1);
}

typedef struct model {
    ons_decoder_config config;
    ons_decoder_layout layout;
    float *params, *grad, *state, *work;
    ons_activations *acts;
    ons_arena arena;
    ons_stream stream;
    ons_train_batch batch;
    uint64_t step;
    double loss;
} model;

static float *floats(size_t n)
{
    float *p = aligned_alloc(64, (n * sizeof *p + 127) & ~(size_t)63);
    if (!p) exit(1);
    memset(p, 0, n * sizeof *p);
    return p;
}

static void model_open(model *m, const ons_ladder *l, size_t size)
{
    ons_err err = ONS_ERR_INIT;
    memset(m, 0, sizeof *m);
    m->config = ons_ladder_config(l, size);
    ons_decoder_layout_of(&m->config, &m->layout);
    m->params = floats(m->layout.n_params);
    m->grad = floats(m->layout.n_params);
    m->state = floats(ons_optimizer_state_floats(&m->config, l->optimizer.kind));
    m->work = floats(ons_optimizer_work_floats(&m->config));
    ons_arena_init(&m->arena, 0);
    require(ons_activations_new(&m->config, ons_train_batch_cap(l), &m->acts, &err), &err);
    require(ons_train_batch_init(l, &m->arena, &m->batch, &err), &err);
    ons_params_init(&m->config, 0, 1, m->params);
    m->stream = ons_stream_make(l, 1, 0);
}

static void model_close(model *m)
{
    ons_activations_free(m->acts);
    ons_arena_clear(&m->arena);
    free(m->params);
    free(m->grad);
    free(m->state);
    free(m->work);
}

/* One step; returns its tokens. */
static size_t step(model *m, const ons_ladder *l, const ons_kernels *k)
{
    const ons_batch *b = &m->batch.batch;
    ons_stream_next(&m->stream, &m->batch);
    memset(m->grad, 0, m->layout.n_params * sizeof *m->grad);
    (void)ons_decoder_forward(&m->config, k, m->params, b, m->acts);
    m->loss =
        ons_decoder_backward(&m->config, k, m->params, b, m->batch.target, NULL, m->acts, m->grad);
    m->step++;
    ons_optimizer_step(&m->config, k,
                       &(ons_optimizer_step_args){.spec = &l->optimizer,
                                                  .step = m->step,
                                                  .schedule = 1,
                                                  .grad_scale = 1 / (double)b->n_rows},
                       m->grad, m->params, m->state, m->work);
    return b->n_tokens;
}

static void check(const options *o)
{
    for (size_t size = 0; size < o->ladder.n_sizes; size++) {
        const ons_ladder l = ladder_for(o, size);
        model a, b;
        model_open(&a, &l, size);
        model_open(&b, &l, size);
        for (int i = 0; i < 2; i++) {
            (void)step(&a, &l, ons_kernels_reference());
            (void)step(&b, &l, o->kernels);
        }
        if (a.loss != b.loss ||
            memcmp(a.params, b.params, a.layout.n_params * sizeof *a.params) != 0) {
            (void)printf("width %u: the kernels disagree (loss %.9g, %.9g)\n", l.size[size].width,
                         a.loss, b.loss);
            exit(1);
        }
        model_close(&a);
        model_close(&b);
    }
    (void)printf("optimiser %s, kernels %s\n"
                 "checked: two steps at every size are the same bits with kernels %s and %s\n",
                 o->ladder.optimizer.kind == ONS_OPTIMIZER_MUON ? "Muon" : "AdamW",
                 o->kernels->name, ons_kernels_reference()->name, o->kernels->name);
}

/* What one round of our steps gave, per CPU second. */
typedef struct round {
    double tokens, model_flops, done_flops, optimizer_share;
} round_rate;

static round_rate our_round(model *m, const ons_ladder *l, const ons_kernels *k)
{
    double begin = ons_clock_thread_cpu(), end = begin, tokens = 0;
    step_flops sum = {0};
    while (end - begin < SECONDS_PER_ROUND) {
        for (int i = 0; i < 4; i++) {
            tokens += (double)step(m, l, k);
            step_flops f = bench_step_flops(&m->config, l->optimizer.kind, &m->batch.batch);
            sum.model += f.model;
            sum.done += f.done;
            sum.optimizer += f.optimizer;
        }
        end = ons_clock_thread_cpu();
    }
    const double seconds = end - begin;
    return (round_rate){tokens / seconds, sum.model / seconds, sum.done / seconds,
                        sum.optimizer / sum.done};
}

/* Runs the other trainer for about as long; its own figure. */
static double their_rate(const char *program, const ons_ladder *l, size_t size, double tokens)
{
    char command[1024], line[1024];
    double rate = (double)NAN;
    (void)snprintf(command, sizeof command,
                   "OMP_NUM_THREADS=1 '%s' -d %u -hd %u -tok %.0f -batch %u -lr .006 -lre .05 "
                   "-muon %d -seed 1 -nth 1 -os 0 -sfmt 1 -neval 8 -mix "
                   "copy:.5,sort,add2,add3:1.5,unscr,wic:.7,sum_d:.5,sum_c:2",
                   program, l->size[size].width, l->size[size].head_dim, tokens, l->batch_tokens,
                   l->optimizer.kind == ONS_OPTIMIZER_MUON);
    FILE *f = popen(command, "r");
    while (f && fgets(line, sizeof line, f)) {
        const char *at = strstr(line, "tok/cpu_s=");
        if (at) rate = strtod(at + strlen("tok/cpu_s="), NULL);
    }
    if (!f || pclose(f) != 0 || !(rate > 0)) {
        (void)fprintf(stderr, "'%s' gave no tok/cpu_s\n", program);
        exit(1);
    }
    return rate;
}

static void print_heading(const options *o)
{
    (void)printf("model: 6 N T + 6 V C R + attention, of all layers and tokens; done: the products "
                 "carried out, the\noptimiser's (opt, their share) among them. Shares are of the "
                 "peak between the rounds; medians of %llu rounds.\n\n",
                 (unsigned long long)o->rounds);
    (void)printf("%5s %7s %5s %10s %8s %8s %8s %7s %8s %6s %5s", "width", "params", "batch",
                 "tok/cpu-s", "min", "max", "peak G/s", "model %", "done G/s", "done %", "opt %");
    if (o->prototype) (void)printf(" %10s %6s %5s %5s", "prototype", "ratio", "min", "max");
    (void)printf("\n");
}

static void time_size(const options *o, size_t size)
{
    double ours[ROUNDS_MAX], theirs[ROUNDS_MAX], ratio[ROUNDS_MAX];
    double peak[ROUNDS_MAX], model_share[ROUNDS_MAX], done[ROUNDS_MAX], done_share[ROUNDS_MAX];
    const size_t rounds = (size_t)o->rounds;
    const ons_ladder l = ladder_for(o, size);
    model m;
    model_open(&m, &l, size);
    round_rate r = our_round(&m, &l, o->kernels);
    const double warm = r.tokens;
    for (size_t i = 0; i < rounds; i++) {
        peak[i] = bench_fma_peak(o->kernels->name, SECONDS_PER_PEAK);
        r = our_round(&m, &l, o->kernels);
        ours[i] = r.tokens;
        done[i] = r.done_flops;
        model_share[i] = r.model_flops / peak[i];
        done_share[i] = r.done_flops / peak[i];
        if (!o->prototype) continue;
        theirs[i] = their_rate(o->prototype, &l, size, warm * SECONDS_PER_ROUND);
        ratio[i] = ours[i] / theirs[i];
    }
    const double median = bench_median(ours, rounds); /* sorts */
    (void)printf("%5u %7zu %5u %10.0f %8.0f %8.0f %8.1f %7.1f %8.1f %6.1f %5.1f",
                 l.size[size].width, m.layout.n_params, l.batch_tokens, median, ours[0],
                 ours[rounds - 1], bench_median(peak, rounds) / 1e9,
                 100 * bench_median(model_share, rounds), bench_median(done, rounds) / 1e9,
                 100 * bench_median(done_share, rounds), 100 * r.optimizer_share);
    if (o->prototype) {
        const double mid = bench_median(ratio, rounds);
        (void)printf(" %10.0f %6.2f %5.2f %5.2f", bench_median(theirs, rounds), mid, ratio[0],
                     ratio[rounds - 1]);
    }
    (void)printf("\n");
    (void)fflush(stdout);
    model_close(&m);
}

/* The demo's sizes and two above them, or the one width asked for. */
static void choose_sizes(ons_ladder *l, uint64_t width)
{
    for (uint32_t w = 96; w <= 128; w += 32) {
        l->size[l->n_sizes] = l->size[l->n_sizes - 1];
        l->size[l->n_sizes].width = w;
        l->size[l->n_sizes++].head_dim = 16;
    }
    if (width == 0) return;
    for (size_t i = 0; i < l->n_sizes; i++) {
        if (l->size[i].width != width) continue;
        l->size[0] = l->size[i];
        l->n_sizes = 1;
        return;
    }
    (void)fprintf(stderr, "no size of width %llu\n", (unsigned long long)width);
    exit(2);
}

static bool take_number(options *o, uint64_t *width, const char *name, uint64_t n)
{
    if (strcmp(name, "--width") == 0) {
        *width = n;
        return true;
    }
    if (strcmp(name, "--batch") == 0) {
        o->batch = n;
        return n >= ONS_SKILL_DOC_MAX && n <= 65536;
    }
    o->rounds = n;
    return strcmp(name, "--rounds") == 0 && n >= 1 && n <= ROUNDS_MAX;
}

static bool take_option(options *o, uint64_t *width, const char *name, const char *value)
{
    uint64_t n = 0;
    if (strcmp(name, "--prototype") == 0) {
        o->prototype = value;
        return true;
    }
    if (strcmp(name, "--kernels") == 0) {
        o->kernels = ons_kernels_find(ons_str_of(value));
        return o->kernels != NULL;
    }
    if (strcmp(name, "--optimizer") == 0) {
        const bool adamw = strcmp(value, "adamw") == 0;
        o->ladder.optimizer.kind = adamw ? ONS_OPTIMIZER_ADAMW : ONS_OPTIMIZER_MUON;
        return adamw || strcmp(value, "muon") == 0;
    }
    return ons_parse_u64(ons_str_of(value), &n) && take_number(o, width, name, n);
}

int main(int argc, char **argv)
{
    options o = {.kernels = ons_kernels_best(), .rounds = ROUNDS_DEFAULT};
    ons_err err = ONS_ERR_INIT;
    uint64_t width = 0;
    ons_ladder_file pocket;
    ons_arena a;
    ons_arena_init(&a, 0);
    require(ons_ladder_parse(ons_ladder_pocket_text(), "pocket", NULL, &a, &pocket, &err), &err);
    o.ladder = pocket.ladder[0];
    for (int i = 1; i < argc; i += 2) {
        if (i + 1 < argc && take_option(&o, &width, argv[i], argv[i + 1])) continue;
        (void)fprintf(stderr,
                      "usage: bench_train [--kernels NAME] [--optimizer muon|adamw] [--batch N] "
                      "[--width N] [--rounds 1..%d] [--prototype PROGRAM]\n",
                      ROUNDS_MAX);
        return 2;
    }
    choose_sizes(&o.ladder, width);
    bench_print_machine("training: tokens per CPU second, one thread");
    check(&o);
    print_heading(&o);
    for (size_t size = 0; size < o.ladder.n_sizes; size++) time_size(&o, size);
    ons_arena_clear(&a);
    return 0;
}
