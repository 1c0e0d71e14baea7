/* Whole training steps (documents, forward, backward, Muon) of the demo's ladder,
 * one thread, tokens per CPU second. Checked first: one step gives the same loss and the
 * same weights, bit for bit, with the reference kernels and with the fast ones.
 *
 * usage: bench_train [--prototype PROGRAM] [--rounds N]
 * PROGRAM is another trainer with the prototype's command line (-d -hd -tok …), whose last
 * line names its "tok/cpu_s"; both alternate in one run and the ratio is printed. */
#include <math.h>
#include <stdint.h>

#include "base/parse.h"
#include "bench.h"
#include "os/clock.h"
#include "study/ladder_file.h"
#include "train/backward.h"
#include "train/init.h"
#include "train/ladder.h"
#include "train/optimizer.h"
#include "train/schedule.h"
#include "train/stream.h"

#define SECONDS_PER_ROUND 0.8
#define ROUNDS_DEFAULT    5
#define ROUNDS_MAX        50

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

static void check(const ons_ladder *l)
{
    for (size_t size = 0; size < l->n_sizes; size++) {
        model a, b;
        model_open(&a, l, size);
        model_open(&b, l, size);
        for (int i = 0; i < 2; i++) {
            (void)step(&a, l, ons_kernels_reference());
            (void)step(&b, l, ons_kernels_best());
        }
        if (a.loss != b.loss ||
            memcmp(a.params, b.params, a.layout.n_params * sizeof *a.params) != 0) {
            (void)printf("width %u: the kernels disagree (loss %.9g, %.9g)\n", l->size[size].width,
                         a.loss, b.loss);
            exit(1);
        }
        model_close(&a);
        model_close(&b);
    }
    (void)printf("checked: two steps at every size are the same bits with kernels %s and %s\n\n",
                 ons_kernels_reference()->name, ons_kernels_best()->name);
}

static double our_rate(model *m, const ons_ladder *l)
{
    double begin = ons_clock_thread_cpu(), end = begin;
    size_t tokens = 0;
    while (end - begin < SECONDS_PER_ROUND) {
        for (int i = 0; i < 4; i++) tokens += step(m, l, ons_kernels_best());
        end = ons_clock_thread_cpu();
    }
    return (double)tokens / (end - begin);
}

/* Runs the other trainer for about as long; its own figure. */
static double their_rate(const char *program, const ons_ladder *l, size_t size, double tokens)
{
    char command[1024], line[1024];
    double rate = (double)NAN;
    (void)snprintf(command, sizeof command,
                   "OMP_NUM_THREADS=1 '%s' -d %u -hd %u -tok %.0f -batch %u -lr .006 -lre .05 "
                   "-muon 1 -seed 1 -nth 1 -os 0 -sfmt 1 -neval 8 -mix "
                   "copy:.5,sort,add2,add3:1.5,unscr,wic:.7,sum_d:.5,sum_c:2",
                   program, l->size[size].width, l->size[size].head_dim, tokens, l->batch_tokens);
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

static void time_size(const ons_ladder *l, size_t size, const char *prototype, size_t rounds)
{
    double ours[ROUNDS_MAX], theirs[ROUNDS_MAX], ratio[ROUNDS_MAX];
    model m;
    model_open(&m, l, size);
    double warm = our_rate(&m, l);
    for (size_t i = 0; i < rounds; i++) {
        ours[i] = our_rate(&m, l);
        if (!prototype) continue;
        theirs[i] = their_rate(prototype, l, size, warm * SECONDS_PER_ROUND);
        ratio[i] = ours[i] / theirs[i];
    }
    double flops = 6 * (double)m.layout.n_non_embedding;
    double median = bench_median(ours, rounds);
    (void)printf("%5u %8zu %10.0f %9.0f %9.0f %8.1f", l->size[size].width, m.layout.n_params,
                 median, ours[0], ours[rounds - 1], median * flops / 1e9);
    if (prototype) {
        double mid = bench_median(ratio, rounds);
        (void)printf(" %12.0f %7.2f %6.2f %6.2f", bench_median(theirs, rounds), mid, ratio[0],
                     ratio[rounds - 1]);
    }
    (void)printf("\n");
    (void)fflush(stdout);
    model_close(&m);
}

int main(int argc, char **argv)
{
    const char *prototype = NULL;
    uint64_t rounds = ROUNDS_DEFAULT;
    for (int i = 1; i < argc; i += 2) {
        bool value = i + 1 < argc;
        if (value && strcmp(argv[i], "--prototype") == 0) {
            prototype = argv[i + 1];
        } else if (!value || strcmp(argv[i], "--rounds") != 0 ||
                   !ons_parse_u64(ons_str_of(argv[i + 1]), &rounds) || rounds < 1 ||
                   rounds > ROUNDS_MAX) {
            (void)fprintf(stderr, "usage: bench_train [--prototype PROGRAM] [--rounds 1..%d]\n",
                          ROUNDS_MAX);
            return 2;
        }
    }
    bench_print_machine("training: tokens per CPU second, one thread, Muon");
    ons_ladder_file f;
    ons_err err = ONS_ERR_INIT;
    ons_arena a;
    ons_arena_init(&a, 0);
    require(ons_ladder_parse(ons_ladder_pocket_text(), "pocket", NULL, &a, &f, &err), &err);
    const ons_ladder l = f.ladder[0];
    check(&l);
    (void)printf("width   params tok/cpu-s       min       max  GFLOP/s%s\n",
                 prototype ? "    prototype   ratio    min    max" : "");
    for (size_t size = 0; size < l.n_sizes; size++) time_size(&l, size, prototype, (size_t)rounds);
    ons_arena_clear(&a);
    return 0;
}
