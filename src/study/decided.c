#include "study/decided.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/parse.h"

extern const char ons_procedure_id[]; /* a hash of the sources that decide (CMakeLists.txt) */

#define VALUE_BYTES_MAX 1024

/* A field that is added to one of these must be written below, or two different series would have
 * one key, or a kept decision would lack it. Then correct the number. */
_Static_assert(sizeof(ons_point) == 80, "write the new field of a point in hash_series");
_Static_assert(sizeof(ons_series) == 56, "write the new field of a series in hash_series");
_Static_assert(sizeof(ons_verdict) == 392, "write the new field of a verdict in code_verdict");
_Static_assert(sizeof(ons_metric_result) == 144, "write the new field of it in code_check");

struct ons_decided {
    ons_arena arena;
    pthread_mutex_t lock; /* of arena and added */
    ons_store_decision *known, *added;
    size_t n_known, n_added; /* known: by key */
};

/* ---- keys ---- */

static void hash_series(ons_hasher *h, const ons_series *s)
{
    ons_hasher_u64(h, s->n_points);
    for (size_t i = 0; i < s->n_points; i++) {
        const ons_point *p = &s->point[i];
        ons_hasher_f64(h, p->x);
        ons_hasher_f64(h, p->y);
        ons_hasher_f64(h, p->n);
        ons_hasher_f64(h, p->deff);
        ons_hasher_f64(h, p->se);
        ons_hasher_f64(h, p->params);
        ons_hasher_u64(h, p->family);
        ons_hasher_str(h, (ons_str){p->seed, strnlen(p->seed, sizeof p->seed)});
    }
    ons_hasher_u64(h, s->continuous);
    ons_hasher_f64(h, s->chance);
    ons_hasher_f64(h, s->ceiling);
    ons_hasher_f64(h, s->w0);
    ons_hasher_u64(h, s->n_assumed);
    ons_hasher_u64(h, s->pooled);
}

ons_id ons_decided_verdict_key(const ons_series *s, uint64_t seed)
{
    ons_hasher h;
    ons_hasher_init(&h);
    ons_hasher_str(&h, ONS_S("verdict"));
    ons_hasher_u64(&h, seed);
    hash_series(&h, s);
    return ons_hasher_end(&h);
}

/* ---- values: every field, eight bytes each, least first ---- */

typedef struct coder {
    uint8_t byte[VALUE_BYTES_MAX];
    size_t at, end; /* end: of what is read */
    bool reading, ok;
} coder;

static void code_u64(coder *c, uint64_t *v)
{
    if (c->at + 8 > (c->reading ? c->end : sizeof c->byte)) {
        c->ok = false;
        return;
    }
    if (c->reading) *v = 0;
    for (size_t i = 0; i < 8; i++) {
        if (c->reading)
            *v |= (uint64_t)c->byte[c->at + i] << (8 * i);
        else
            c->byte[c->at + i] = (uint8_t)(*v >> (8 * i));
    }
    c->at += 8;
}

static void code_f64(coder *c, double *v)
{
    uint64_t bits = 0;
    memcpy(&bits, v, sizeof bits);
    code_u64(c, &bits);
    memcpy(v, &bits, sizeof bits);
}

static void code_size(coder *c, size_t *v)
{
    uint64_t wide = *v;
    code_u64(c, &wide);
    *v = (size_t)wide;
}

/* A whole number of [0, n); shapes are told one higher, as -1 is among them. */
static uint64_t code_word(coder *c, uint64_t v, uint64_t n)
{
    code_u64(c, &v);
    if (v < n) return v;
    c->ok = false;
    return 0;
}

static void code_interval(coder *c, ons_interval *v)
{
    code_f64(c, &v->x);
    code_f64(c, &v->lo);
    code_f64(c, &v->hi);
}

static void code_curve(coder *c, ons_curve *v)
{
    v->shape = (int)code_word(c, (uint64_t)((int64_t)v->shape + 1), 8) - 1;
    code_f64(c, &v->x50);
    code_f64(c, &v->width);
    code_f64(c, &v->lower);
    code_f64(c, &v->upper);
}

static void code_forecast(coder *c, ons_forecast *f)
{
    f->made = code_word(c, f->made, 2) != 0;
    code_f64(c, &f->x);
    code_f64(c, &f->observed);
    code_f64(c, &f->median);
    code_f64(c, &f->lo);
    code_f64(c, &f->hi);
    code_f64(c, &f->z);
    code_f64(c, &f->nats);
    code_size(c, &f->n_below);
}

static void code_verdict(coder *c, ons_verdict *v)
{
    v->verdict = (ons_verdict_word)code_word(c, v->verdict, ONS_VERDICT_COUNT);
    v->flags = (unsigned)code_word(c, v->flags, (uint64_t)1 << ONS_FLAG_COUNT);
    double *const number[] = {&v->p_emergent,
                              &v->p_above,
                              &v->p_absent,
                              &v->p_sharp,
                              &v->p_unforeseen,
                              &v->p_shape,
                              &v->lr,
                              &v->rho,
                              &v->first,
                              &v->last,
                              &v->upper_bound,
                              &v->learned_share,
                              &v->breakthroughness,
                              &v->linearity,
                              &v->items_needed};
    for (size_t i = 0; i < sizeof number / sizeof *number; i++) code_f64(c, number[i]);
    code_interval(c, &v->onset);
    code_interval(c, &v->midpoint);
    code_interval(c, &v->width);
    code_curve(c, &v->sharp);
    code_curve(c, &v->smooth);
    code_forecast(c, &v->forecast);
    size_t *const count[] = {&v->n_models, &v->n_scales, &v->n_below, &v->n_above, &v->n_dropped};
    for (size_t i = 0; i < sizeof count / sizeof *count; i++) code_size(c, count[i]);
}

static void code_check(coder *c, ons_metric_result *r)
{
    r->check = (ons_metric_check)code_word(c, r->check, ONS_CHECK_COUNT);
    code_f64(c, &r->lr);
    code_f64(c, &r->p_sharp);
    code_f64(c, &r->p_precursor);
    code_f64(c, &r->share_before);
    code_interval(c, &r->midpoint);
    code_curve(c, &r->sharp);
    code_curve(c, &r->smooth);
}

/* The seal tells a value that was damaged, or that belongs to another key. */
static ons_id seal_of(const coder *c, size_t n, ons_id key)
{
    ons_hasher h;
    ons_hasher_init(&h);
    ons_hasher_bytes(&h, key.byte, sizeof key.byte);
    ons_hasher_bytes(&h, c->byte, n);
    return ons_hasher_end(&h);
}

static void seal(coder *c, ons_id key)
{
    const ons_id s = seal_of(c, c->at, key);
    c->ok = c->ok && c->at + sizeof s.byte <= sizeof c->byte;
    if (!c->ok) return;
    memcpy(c->byte + c->at, s.byte, sizeof s.byte);
    c->at += sizeof s.byte;
}

ons_id ons_decided_check_key(const ons_series *continuous, const ons_verdict *of)
{
    ons_hasher h;
    coder c = {.ok = true};
    ons_verdict v = *of;
    code_verdict(&c, &v);
    ons_hasher_init(&h);
    ons_hasher_str(&h, ONS_S("metric check"));
    hash_series(&h, continuous);
    ons_hasher_bytes(&h, c.byte, c.at);
    return ons_hasher_end(&h);
}

/* ---- the store's ---- */

static ons_id procedure(void)
{
    ons_id id = {{0}};
    (void)ons_id_parse(ons_str_of(ons_procedure_id), &id);
    return id;
}

static ons_status take(void *ctx, const ons_store_decision *from, ons_err *err)
{
    ons_decided *d = ctx;
    uint8_t *p;
    ONS_TRY(ONS_GROW(&d->arena, &d->known, d->n_known, err));
    ONS_TRY(ONS_NEW(&d->arena, from->value.len + 1, &p, err));
    if (from->value.len) memcpy(p, from->value.ptr, from->value.len);
    d->known[d->n_known++] = (ons_store_decision){from->key, {p, from->value.len}};
    return ONS_OK;
}

ons_status ons_decided_load(ons_store *s, ons_decided **ret_d, ons_err *err)
{
    ons_decided *d = calloc(1, sizeof *d);
    if (!d) return ONS_FAIL(err, ONS_NOMEM, "no memory for what was decided before");
    ons_arena_init(&d->arena, 0);
    (void)pthread_mutex_init(&d->lock, NULL);
    ons_status st = ons_store_each_decision(s, procedure(), take, d, err);
    if (st != ONS_OK) {
        ons_decided_free(d);
        return st;
    }
    *ret_d = d;
    return ONS_OK;
}

void ons_decided_free(ons_decided *d)
{
    if (!d) return;
    ons_arena_clear(&d->arena);
    (void)pthread_mutex_destroy(&d->lock);
    free(d);
}

static int by_key(const void *pa, const void *pb)
{
    const ons_store_decision *a = pa, *b = pb;
    return memcmp(a->key.byte, b->key.byte, sizeof a->key.byte);
}

/* The value of a key, its seal checked and cut off. */
static bool find(const ons_decided *d, ons_id key, coder *c)
{
    const ons_store_decision wanted = {.key = key};
    const ons_store_decision *found =
        d->n_known ? bsearch(&wanted, d->known, d->n_known, sizeof wanted, by_key) : NULL;
    if (!found || found->value.len < sizeof key.byte || found->value.len > sizeof c->byte)
        return false;
    c->at = 0;
    c->end = found->value.len - sizeof key.byte;
    c->reading = c->ok = true;
    memcpy(c->byte, found->value.ptr, found->value.len);
    const ons_id s = seal_of(c, c->end, key);
    return memcmp(s.byte, c->byte + c->end, sizeof s.byte) == 0;
}

bool ons_decided_find_verdict(const ons_decided *d, ons_id key, ons_verdict *ret_v)
{
    coder c;
    ons_verdict v = {.verdict = ONS_VERDICT_UNDETERMINED};
    if (!find(d, key, &c)) return false;
    code_verdict(&c, &v);
    if (!c.ok || c.at != c.end) return false;
    *ret_v = v;
    return true;
}

bool ons_decided_find_check(const ons_decided *d, ons_id key, ons_metric_result *ret_r)
{
    coder c;
    ons_metric_result r = {.check = ONS_CHECK_NONE};
    if (!find(d, key, &c)) return false;
    code_check(&c, &r);
    if (!c.ok || c.at != c.end) return false;
    *ret_r = r;
    return true;
}

static ons_status add(ons_decided *d, ons_id key, coder *c, ons_err *err)
{
    seal(c, key);
    if (!c->ok) return ONS_OK; /* out of its range: decided again the next time */
    (void)pthread_mutex_lock(&d->lock);
    uint8_t *p;
    ons_status s = ONS_GROW(&d->arena, &d->added, d->n_added, err);
    if (s == ONS_OK) s = ONS_NEW(&d->arena, c->at, &p, err);
    if (s == ONS_OK) {
        memcpy(p, c->byte, c->at);
        d->added[d->n_added++] = (ons_store_decision){key, {p, c->at}};
    }
    (void)pthread_mutex_unlock(&d->lock);
    return s;
}

ons_status ons_decided_add_verdict(ons_decided *d, ons_id key, const ons_verdict *v, ons_err *err)
{
    coder c = {.ok = true};
    ons_verdict copy = *v;
    code_verdict(&c, &copy);
    return add(d, key, &c, err);
}

ons_status ons_decided_add_check(ons_decided *d, ons_id key, const ons_metric_result *r,
                                 ons_err *err)
{
    coder c = {.ok = true};
    ons_metric_result copy = *r;
    code_check(&c, &copy);
    return add(d, key, &c, err);
}

ons_status ons_decided_keep(const ons_decided *d, ons_store *s, ons_err *err)
{
    if (d->n_added == 0) return ONS_OK;
    return ons_store_put_decisions(s, procedure(), d->added, d->n_added, err);
}
