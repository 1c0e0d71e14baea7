#include "study/selftest.h"

#include <math.h>
#include <pthread.h>
#include <string.h>

#include "os/clock.h"
#include "os/pool.h"
#include "stats/special.h"
#include "study/selftest_priv.h"

#define ALPHA        0.05
#define COVERAGE     0.93  /* least share of intervals that hold the truth (method 3 iii) */
#define BEYOND       0.001 /* one-sided p at which a rate is out of its band */
#define SECONDS_KEEP 20.0  /* between two writes of the file */
#define MILLION      1e6

enum { BLOCK = 40 /* one round of the designs of a grid */ };

/* Blocks of the quick plan. A block of DISCOVERY is one battery. */
static size_t quick_blocks(ons_sim_group g)
{
    static const size_t n[ONS_SIM_GROUPS] = {
        [ONS_SIM_SMOOTH] = 6,         [ONS_SIM_HELD_OUT] = 6, [ONS_SIM_POWER] = 3,
        [ONS_SIM_HELD_OUT_POWER] = 3, [ONS_SIM_SEEDS] = 8,    [ONS_SIM_METRIC] = 3,
        [ONS_SIM_DISCOVERY] = 8};
    return n[g];
}

size_t ons_selftest_find(const char *name, size_t len)
{
    size_t i = 0;
    for (; i < ons_sim_n_classes; i++)
        if (strlen(ons_sim_classes[i].name) == len &&
            memcmp(ons_sim_classes[i].name, name, len) == 0)
            break;
    return i;
}

/* ---- one block ---- */

static bool claims_threshold(const ons_verdict *v)
{
    return v->verdict == ONS_VERDICT_EMERGENT || v->verdict == ONS_VERDICT_CANDIDATE ||
           v->verdict == ONS_VERDICT_SHARP_FORESEEABLE;
}

static bool holds(const ons_interval *i, double truth) { return i->lo <= truth && truth <= i->hi; }

static ons_status try_series(const ons_sim_class *c, const ons_sim *s, ons_tally *t, ons_err *err)
{
    ons_verdict v;
    ONS_TRY(ons_series_decide(&s->series, 0, &v, err));
    t->n++;
    t->verdict[v.verdict]++;
    t->sharp += v.p_sharp < ALPHA;
    if (!claims_threshold(&v)) return ONS_OK;
    if (s->jump) {
        t->intervals++;
        t->onset_held += holds(&v.onset, s->onset);
        t->midpoint_held += holds(&v.midpoint, s->midpoint);
    }
    if (c->group != ONS_SIM_METRIC) return ONS_OK;
    ons_metric_result m;
    ONS_TRY(ons_metric_check_decide(&s->continuous, &v, &m, err));
    t->check[m.check]++;
    return ONS_OK;
}

static ons_status try_battery(uint64_t seed, size_t index, ons_tally *t, ons_err *err)
{
    double p[ONS_SIM_BATTERY], work[2 * ONS_SIM_BATTERY];
    for (size_t i = 0; i < ONS_SIM_BATTERY; i++) {
        ons_sim s;
        ons_verdict v;
        ons_sim_draw_battery(seed, index, i, &s);
        ONS_TRY(ons_series_decide(&s.series, 0, &v, err));
        p[i] = claims_threshold(&v) ? v.p_emergent : 1;
    }
    ons_adjust_bh(p, ONS_SIM_BATTERY, work);
    uint64_t found = 0, wrong = 0;
    for (size_t i = 0; i < ONS_SIM_BATTERY; i++)
        *(i < ONS_SIM_JUMPS ? &found : &wrong) += p[i] < ALPHA;
    t->n++;
    t->found += found;
    if (wrong) t->false_share += (uint64_t)(MILLION * (double)wrong / (double)(wrong + found));
    return ONS_OK;
}

static ons_status try_block(uint64_t seed, const ons_sim_class *c, size_t index, ons_tally *ret_t,
                            ons_err *err)
{
    ons_tally t = {0};
    if (c->group == ONS_SIM_DISCOVERY) ONS_TRY(try_battery(seed, index, &t, err));
    for (size_t i = 0; i < BLOCK && c->group != ONS_SIM_DISCOVERY; i++) {
        ons_sim s;
        ons_sim_draw(c, seed, index * BLOCK + i, &s);
        ONS_TRY(try_series(c, &s, &t, err));
    }
    *ret_t = t;
    return ONS_OK;
}

/* ---- all blocks ---- */

typedef struct work {
    const ons_selftest_options *o;
    const ons_monitor *monitor;
    ons_selftest_block *block;
    size_t n_blocks;
    pthread_mutex_t lock; /* of what follows, and of `done` and `tally` of finished blocks */
    size_t n_done;        /* blocks */
    double kept;          /* when, in seconds */
} work;

static ons_status keep(work *w, ons_err *err)
{
    w->kept = ons_clock_monotonic();
    if (!w->o->path) return ONS_OK;
    return ons_selftest_file_write(w->o->path, w->o->seed, w->block, w->n_blocks, err);
}

static void tell(const work *w, ons_event_kind kind)
{
    const ons_event e = {.kind = kind,
                         .unit = "blocks",
                         .text = "simulate",
                         .done = (double)w->n_done,
                         .total = (double)w->n_blocks,
                         .loss_nats = (double)NAN};
    ons_monitor_event(w->monitor, &e);
}

static ons_status work_block(void *ctx, size_t i, size_t worker, ons_err *err)
{
    (void)worker;
    work *w = ctx;
    if (w->block[i].done) return ONS_OK; /* from the file; written before the threads began */
    if (ons_monitor_stop(w->monitor))
        return ONS_FAIL(err, ONS_INTERRUPTED, "stopped before all was simulated");
    ons_tally t;
    ONS_TRY(try_block(w->o->seed, w->block[i].of, w->block[i].index, &t, err));
    (void)pthread_mutex_lock(&w->lock);
    w->block[i].tally = t;
    w->block[i].done = true;
    w->n_done++;
    tell(w, ONS_EVENT_PROGRESS);
    bool due = w->o->path && ons_clock_monotonic() - w->kept > SECONDS_KEEP;
    ons_status s = due ? keep(w, err) : ONS_OK;
    (void)pthread_mutex_unlock(&w->lock);
    return s;
}

/* One block that the file holds is counted again: another build gives other counts. */
static ons_status check_file(const work *w, ons_err *err)
{
    for (size_t i = 0; i < w->n_blocks; i++) {
        const ons_selftest_block *b = &w->block[i];
        if (!b->done) continue;
        ons_tally t;
        ONS_TRY(try_block(w->o->seed, b->of, b->index, &t, err));
        if (memcmp(&t, &b->tally, sizeof t) == 0) return ONS_OK;
        ons_status s = ONS_FAIL(err, ONS_MISMATCH,
                                "block %zu of %s has other counts than this "
                                "build gives",
                                b->index, b->of->name);
        s = ons_err_where(err, s, "%s", w->o->path);
        return ons_err_hint(err, s, "another file with -o, or remove this one");
    }
    return ONS_OK;
}

static size_t count_done(const work *w)
{
    size_t n = 0;
    for (size_t i = 0; i < w->n_blocks; i++) n += w->block[i].done;
    return n;
}

static ons_status run_blocks(work *w, ons_err *err)
{
    if (w->o->path) {
        ONS_TRY(ons_selftest_file_read(w->o->path, w->o->seed, w->block, w->n_blocks, err));
        ONS_TRY(check_file(w, err));
    }
    w->kept = ons_clock_monotonic();
    w->n_done = count_done(w);
    tell(w, ONS_EVENT_STAGE);
    (void)pthread_mutex_init(&w->lock, NULL);
    ons_status s = ons_pool_run(w->o->n_threads, w->n_blocks, work_block, w, err);
    (void)pthread_mutex_destroy(&w->lock);
    ons_err second = ONS_ERR_INIT;
    ons_status kept = keep(w, s == ONS_OK ? err : &second);
    return s == ONS_OK ? kept : s;
}

static bool is_chosen(const ons_selftest_options *o, size_t i)
{
    return !o->chosen || o->chosen[i];
}

static ons_status make_blocks(work *w, ons_arena *a, ons_err *err)
{
    for (size_t i = 0; i < ons_sim_n_classes; i++)
        if (is_chosen(w->o, i))
            w->n_blocks += quick_blocks(ons_sim_classes[i].group) * w->o->repeat;
    ONS_TRY(ONS_NEW(a, w->n_blocks ? w->n_blocks : 1, &w->block, err));
    size_t n = 0;
    for (size_t i = 0; i < ons_sim_n_classes; i++) {
        if (!is_chosen(w->o, i)) continue;
        const ons_sim_class *c = &ons_sim_classes[i];
        for (size_t j = 0; j < quick_blocks(c->group) * w->o->repeat; j++)
            w->block[n++] = (ons_selftest_block){.of = c, .index = j};
    }
    return ONS_OK;
}

/* ---- rates ---- */

static void add(ons_tally *sum, const ons_tally *t)
{
    uint64_t a[ONS_TALLY_NUMBERS], b[ONS_TALLY_NUMBERS];
    ons_tally_pack(sum, a);
    ons_tally_pack(t, b);
    for (size_t i = 0; i < ONS_TALLY_NUMBERS; i++) a[i] += b[i];
    ons_tally_unpack(a, sum);
}

/* Could k of n come from a true share inside [least, most]? */
static bool inside(double k, double n, double least, double most)
{
    if (n <= 0) return true;
    if (most < 1 && k > 0 && ons_beta_inc(k, n - k + 1, most) < BEYOND) return false;
    return !(least > 0 && k < n && ons_beta_inc(n - k, k + 1, 1 - least) < BEYOND);
}

static double judged(const ons_selftest_row *r)
{
    const ons_tally *t = &r->tally;
    switch (r->of->group) {
    case ONS_SIM_SEEDS:
        return (double)t->sharp;
    case ONS_SIM_METRIC:
        return (double)
            t->check[ons_sim_is_artefact(r->of) ? ONS_CHECK_ROBUST : ONS_CHECK_METRIC_INDUCED];
    case ONS_SIM_DISCOVERY:
        return (double)t->false_share / MILLION;
    case ONS_SIM_SMOOTH:
    case ONS_SIM_HELD_OUT:
    case ONS_SIM_POWER:
    case ONS_SIM_HELD_OUT_POWER:
    case ONS_SIM_GROUPS:
    default:
        return (double)t->verdict[ONS_VERDICT_EMERGENT];
    }
}

static void judge(ons_selftest_row *r)
{
    const ons_tally *t = &r->tally;
    double k = judged(r), n = (double)t->n;
    if (r->of->group == ONS_SIM_METRIC) {
        n = 0;
        for (int c = 0; c < ONS_CHECK_COUNT; c++) n += (double)t->check[c];
    }
    r->n = n;
    r->rate = n > 0 ? k / n : (double)NAN;
    r->se = n > 0 ? sqrt(fmax(r->rate * (1 - r->rate), 0) / n) : (double)NAN;
    r->in_band = inside(k, n, r->of->least, r->of->most);
    double placed = (double)t->intervals;
    if (r->of->group != ONS_SIM_POWER && r->of->group != ONS_SIM_SEEDS) return;
    r->in_band = r->in_band && inside((double)t->onset_held, placed, COVERAGE, 1) &&
                 inside((double)t->midpoint_held, placed, COVERAGE, 1);
}

static ons_status make_rows(const work *w, ons_selftest *t, ons_err *err)
{
    ONS_TRY(ONS_NEW(&t->arena, ons_sim_n_classes, &t->row, err));
    for (size_t i = 0; i < w->n_blocks; i++) {
        const ons_selftest_block *b = &w->block[i];
        if (t->n_rows == 0 || t->row[t->n_rows - 1].of != b->of)
            t->row[t->n_rows++] = (ons_selftest_row){.of = b->of};
        add(&t->row[t->n_rows - 1].tally, &b->tally);
    }
    for (size_t i = 0; i < t->n_rows; i++) {
        judge(&t->row[i]);
        t->n_out += !t->row[i].in_band;
    }
    return ONS_OK;
}

ons_status ons_selftest_run(const ons_selftest_options *o, const ons_monitor *m,
                            ons_selftest *ret_t, ons_err *err)
{
    work w = {.o = o, .monitor = m};
    *ret_t = (ons_selftest){0};
    ons_arena_init(&ret_t->arena, 0);
    ons_status s = make_blocks(&w, &ret_t->arena, err);
    if (s == ONS_OK) s = run_blocks(&w, err);
    if (s == ONS_OK) s = make_rows(&w, ret_t, err);
    if (s != ONS_OK) ons_selftest_release(ret_t);
    return s;
}

void ons_selftest_release(ons_selftest *t)
{
    ons_arena_clear(&t->arena);
    *t = (ons_selftest){0};
}
