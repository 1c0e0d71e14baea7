/* Cuts the power after each change of the disk and looks whether the command bears it:
 *
 *   powercut SHIM.so SCRATCH MODEL SAMPLE SEED -- COMMAND… (which makes ./out)
 *
 * The command runs once while the shim writes down what it does to the disk. Then, for each prefix
 * of that log after which the disk looks different (or for SAMPLE of them, 0: all), ./out is made
 * as that disk would have it, and the command must go on to the bytes of an undisturbed run.
 *
 * MODEL is what a disk keeps. synced: of a file the data up to its last fsync, of names, renames
 * and removals those up to the last fsync of their directory. kept: all of the prefix. torn: all,
 * but only half of the last write. SQLite's -shm is made anew by whoever opens the database. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/hash.h"
#include "base/parse.h"
#include "base/rng.h"
#include "disk_log.h"
#include "os/file.h"
#include "trial.h"

#define TEXT_MAX  ((size_t)1 << 28)
#define NODES_MAX 4096
#define NAMES_MAX 256
#define ROOT      0

/* ---- the disk ---- */

typedef enum model { SYNCED, KEPT, TORN } model;
typedef enum side { NOW, SAFE, SIDES } side; /* as the program sees it; as a power cut leaves it */

typedef struct name {
    char text[64];
    int node;
} name;

typedef struct node {
    bool is_dir;
    ons_buf data[SIDES];
    name *entry[SIDES]; /* [NAMES_MAX] of a directory */
    size_t n[SIDES];
} node;

typedef struct disk {
    node *node;
    int n_nodes;
} disk;

static void die(const char *why)
{
    (void)fprintf(stderr, "powercut: %s\n", why);
    exit(98);
}

static void *must(void *p)
{
    if (!p) die("no memory, or a file that cannot be opened");
    return p;
}

static int add_node(disk *d, bool is_dir)
{
    if (d->n_nodes == NODES_MAX) die("too many files");
    node *x = &d->node[d->n_nodes];
    *x = (node){.is_dir = is_dir};
    for (int s = 0; s < SIDES; s++) {
        ons_buf_init(&x->data[s], TEXT_MAX);
        if (is_dir) x->entry[s] = must(calloc(NAMES_MAX, sizeof(name)));
    }
    return d->n_nodes++;
}

static void disk_clear(disk *d)
{
    for (int i = 0; i < d->n_nodes; i++)
        for (int s = 0; s < SIDES; s++) {
            ons_buf_release(&d->node[i].data[s]);
            free(d->node[i].entry[s]);
        }
    d->n_nodes = 0;
    (void)add_node(d, true);
}

static name *find(const node *dir, ons_str text)
{
    for (size_t i = 0; i < dir->n[NOW]; i++)
        if (ons_str_eq(ons_str_of(dir->entry[NOW][i].text), text)) return &dir->entry[NOW][i];
    return NULL;
}

/* The node of a path as the program sees it, or -1; *ret_dir and *ret_last: where its name stands. */
static int walk(const disk *d, ons_str path, int *ret_dir, ons_str *ret_last)
{
    int at = ROOT;
    while (path.len) {
        ons_str part;
        (void)ons_str_cut(&path, '/', &part);
        if (part.len == 0 || ons_str_eq(part, ONS_S("."))) continue;
        *ret_dir = at;
        *ret_last = part;
        const name *n = at >= 0 && d->node[at].is_dir ? find(&d->node[at], part) : NULL;
        at = n ? n->node : -1;
    }
    return at;
}

static void put_name(disk *d, int dir, ons_str text, int node_of)
{
    node *x = &d->node[dir];
    name *n = find(x, text);
    if (!n) {
        if (!x->entry[NOW] || x->n[NOW] == NAMES_MAX || text.len >= sizeof n->text)
            die("a directory of too many or too long names");
        n = &x->entry[NOW][x->n[NOW]++];
        (void)snprintf(n->text, sizeof n->text, ONS_STR_FMT, ONS_STR(text));
    }
    n->node = node_of;
}

static void drop_name(disk *d, int dir, ons_str text)
{
    node *x = &d->node[dir];
    name *n = find(x, text);
    if (n) *n = x->entry[NOW][--x->n[NOW]];
}

static void write_at(ons_buf *b, uint64_t offset, const uint8_t *data, size_t n)
{
    while (b->len < offset + n) ons_buf_char(b, '\0');
    if (n) memcpy(b->ptr + offset, data, n);
}

static void sync_node(node *x)
{
    if (x->is_dir) {
        memcpy(x->entry[SAFE], x->entry[NOW], NAMES_MAX * sizeof(name));
        x->n[SAFE] = x->n[NOW];
        return;
    }
    ons_buf_reset(&x->data[SAFE]);
    ons_buf_add(&x->data[SAFE], x->data[NOW].ptr, x->data[NOW].len);
}

typedef struct op {
    disk_log_head head;
    ons_str path, to;
    const uint8_t *data;
} op;

static void apply(disk *d, const op *o)
{
    int dir = ROOT, to_dir = ROOT;
    ons_str last = {"", 0}, to_last = {"", 0};
    const int at = walk(d, o->path, &dir, &last);
    switch (o->head.op) {
    case DISK_CREATE:
    case DISK_MKDIR:
        if (at < 0) put_name(d, dir, last, add_node(d, o->head.op == DISK_MKDIR));
        break;
    case DISK_RENAME:
        (void)walk(d, o->to, &to_dir, &to_last);
        drop_name(d, dir, last);
        put_name(d, to_dir, to_last, at);
        break;
    case DISK_UNLINK:
        drop_name(d, dir, last);
        break;
    case DISK_WRITE:
        if (at >= 0) write_at(&d->node[at].data[NOW], o->head.offset, o->data, o->head.data_len);
        break;
    case DISK_TRUNCATE:
        if (at < 0) break;
        write_at(&d->node[at].data[NOW], o->head.offset, NULL, 0);
        d->node[at].data[NOW].len = o->head.offset;
        break;
    case DISK_SYNC:
        if (at >= 0) sync_node(&d->node[at]);
        break;
    default:
        abort();
    }
}

static bool is_shm(const char *text) { return strstr(text, "-shm") != NULL; }

static void hash_node(const disk *d, int i, side s, ons_hasher *h)
{
    const node *x = &d->node[i];
    ons_hasher_bytes(h, x->data[s].ptr ? x->data[s].ptr : "", x->data[s].len);
    for (size_t k = 0; x->entry[s] && k < x->n[s]; k++) {
        if (is_shm(x->entry[s][k].text)) continue;
        ons_hasher_str(h, ons_str_of(x->entry[s][k].text));
        hash_node(d, x->entry[s][k].node, s, h); /* NOLINT(misc-no-recursion) */
    }
}

static void build(const disk *d, int i, side s, const char *path)
{
    const node *x = &d->node[i];
    if (!x->is_dir) {
        FILE *f = must(fopen(path, "we"));
        if (x->data[s].len) (void)fwrite(x->data[s].ptr, 1, x->data[s].len, f);
        (void)fclose(f);
        return;
    }
    (void)mkdir(path, 0777);
    for (size_t k = 0; x->entry[s] && k < x->n[s]; k++) {
        char inner[ONS_PATH_MAX];
        if (is_shm(x->entry[s][k].text)) continue;
        (void)snprintf(inner, sizeof inner, "%s/%s", path, x->entry[s][k].text);
        build(d, x->entry[s][k].node, s, inner); /* NOLINT(misc-no-recursion) */
    }
}

/* ---- the log ---- */

typedef struct cuts {
    char *const *argv;
    const char *scratch, *shim;
    model model;
    ons_buf log, want, got;
    op *op;
    size_t n_ops;
    size_t *at; /* prefixes after which the disk differs from the one before */
    size_t n_at;
    disk disk;
    char out[ONS_PATH_MAX];
    long passed, failed;
} cuts;

static void read_log(cuts *c)
{
    char path[ONS_PATH_MAX];
    (void)snprintf(path, sizeof path, "%s/disk.log", c->scratch);
    if (ons_file_read(path, &c->log, NULL) != ONS_OK) (void)must(NULL);
    c->op = must(calloc(c->log.len / sizeof(disk_log_head) + 1, sizeof *c->op));
    c->at = must(calloc(c->log.len / sizeof(disk_log_head) + 1, sizeof *c->at));
    for (size_t at = 0; at < c->log.len;) {
        op *o = &c->op[c->n_ops];
        memcpy(&o->head, c->log.ptr + at, sizeof o->head);
        const char *p = c->log.ptr + at + sizeof o->head;
        o->path = (ons_str){p, o->head.path_len};
        o->to = (ons_str){p + o->head.path_len, o->head.to_len};
        o->data = (const uint8_t *)p + o->head.path_len + o->head.to_len;
        at += sizeof o->head + o->head.path_len + o->head.to_len + o->head.data_len;
        if (o->path.ptr[0] != '/') c->n_ops++; /* the rest is none of ours */
    }
}

static void record(cuts *c)
{
    char preload[ONS_PATH_MAX];
    (void)snprintf(preload, sizeof preload, "LD_PRELOAD=%s", c->shim);
    /* The clock's steps make the trainer save after every step. */
    const char *const env[] = {preload, "ONS_FAULT_LOG=disk.log", "ONS_FAULT_CLOCK_STEP=10", NULL};
    trial_remove(c->out);
    (void)snprintf(preload, sizeof preload, "%s/disk.log", c->scratch);
    (void)remove(preload);
    (void)snprintf(preload, sizeof preload, "LD_PRELOAD=%s", c->shim);
    const trial_end e = trial_run(c->argv, c->scratch, env);
    if (e.exit_code != 0 || !trial_fingerprint(c->scratch, &c->want)) {
        (void)printf("undisturbed, the command ended in %d: %s\n", e.exit_code, e.error);
        exit(1);
    }
    read_log(c);
}

static void find_cuts(cuts *c)
{
    const side s = c->model == SYNCED ? SAFE : NOW;
    ons_id last = {{0}};
    disk_clear(&c->disk);
    for (size_t i = 0; i < c->n_ops; i++) {
        ons_hasher h;
        apply(&c->disk, &c->op[i]);
        ons_hasher_init(&h); /* NOLINT(clang-analyzer-unix.Malloc): the nodes keep it */
        hash_node(&c->disk, ROOT, s, &h);
        const ons_id id = ons_hasher_end(&h);
        const bool half = c->op[i].head.op == DISK_WRITE && c->op[i].head.data_len > 1;
        if (c->model == TORN ? half : !ons_id_eq(id, last)) c->at[c->n_at++] = i;
        last = id;
    }
}

/* Keeps n of the prefixes, drawn without order, each at most once. */
static void draw(cuts *c, size_t n, uint64_t seed)
{
    ons_rng r = ons_rng_make(seed, c->model);
    if (n == 0 || n >= c->n_at) return;
    for (size_t i = 0; i < n; i++) {
        const size_t k = i + ons_rng_below(&r, (uint32_t)(c->n_at - i));
        const size_t swap = c->at[i];
        c->at[i] = c->at[k];
        c->at[k] = swap;
    }
    c->n_at = n;
}

static bool chosen(const cuts *c, size_t i)
{
    for (size_t k = 0; k < c->n_at; k++)
        if (c->at[k] == i) return true;
    return false;
}

static void one(cuts *c, size_t i)
{
    char preload[ONS_PATH_MAX], why[1024] = "";
    (void)snprintf(preload, sizeof preload, "LD_PRELOAD=%s", c->shim);
    const char *const env[] = {preload, NULL}; /* no fault: it only does not wait for the disk */
    trial_remove(c->out);
    build(&c->disk, ROOT, c->model == SYNCED ? SAFE : NOW, c->scratch);
    const trial_end e = trial_run(c->argv, c->scratch, env);
    if (e.exit_code != 0)
        (void)snprintf(why, sizeof why, "exit %d, signal %d: %s", e.exit_code, e.signal, e.error);
    else if (!trial_fingerprint(c->scratch, &c->got))
        (void)snprintf(why, sizeof why, "what it left cannot be read");
    else
        trial_difference(&c->want, &c->got, why, sizeof why);
    if (why[0])
        (void)printf("cut after change %zu (%c " ONS_STR_FMT "): %s\n", i + 1, c->op[i].head.op,
                     ONS_STR(c->op[i].path), why);
    c->passed += !why[0];
    c->failed += why[0] != '\0';
}

static void all(cuts *c)
{
    disk_clear(&c->disk);
    for (size_t i = 0; i < c->n_ops; i++) {
        const bool here = chosen(c, i);
        op o = c->op[i];
        if (c->model == TORN) o.head.data_len /= 2;
        if (here) apply(&c->disk, &o);
        if (here) one(c, i);
        if (!here || c->model == TORN) apply(&c->disk, &c->op[i]);
    }
}

/* A command that ended well has left on the disk what it said, whatever comes: without another run,
 * what was synced must be all. */
static void check_end(cuts *c)
{
    char why[1024] = "";
    if (c->model != SYNCED) return;
    trial_remove(c->out);
    build(&c->disk, ROOT, SAFE, c->scratch);
    if (!trial_fingerprint(c->scratch, &c->got))
        (void)snprintf(why, sizeof why, "what is on the disk cannot be read");
    else
        trial_difference(&c->want, &c->got, why, sizeof why);
    if (why[0]) (void)printf("cut after the end: %s\n", why);
    c->passed += !why[0];
    c->failed += why[0] != '\0';
}

int main(int argc, char **argv)
{
    static const char *const MODEL[] = {"synced", "kept", "torn"};
    uint64_t sample, seed;
    int m = 0;
    while (argc > 3 && m < 3 && strcmp(argv[3], MODEL[m]) != 0) m++;
    if (argc < 8 || m == 3 || strcmp(argv[6], "--") != 0 ||
        !ons_parse_u64(ons_str_of(argv[4]), &sample) ||
        !ons_parse_u64(ons_str_of(argv[5]), &seed)) {
        (void)fprintf(stderr, "usage: powercut SHIM SCRATCH synced|kept|torn SAMPLE SEED -- "
                              "COMMAND\n");
        return 2;
    }
    cuts c = {.argv = argv + 7, .shim = argv[1], .scratch = argv[2], .model = (model)m};
    ons_buf_init(&c.log, TEXT_MAX);
    ons_buf_init(&c.want, TEXT_MAX);
    ons_buf_init(&c.got, TEXT_MAX);
    c.disk.node = must(calloc(NODES_MAX, sizeof *c.disk.node));
    (void)snprintf(c.out, sizeof c.out, "%s/%s", c.scratch, TRIAL_OUT);
    (void)mkdir(c.scratch, 0777);
    record(&c);
    find_cuts(&c);
    const size_t found = c.n_at;
    draw(&c, (size_t)sample, seed);
    all(&c);
    check_end(&c);
    (void)printf("%s: %zu changes, %zu states\n%ld passed, %ld failed\n", argv[3], c.n_ops, found,
                 c.passed, c.failed);
    disk_clear(&c.disk);
    free(c.op);
    free(c.at);
    return c.failed ? 1 : 0;
}
