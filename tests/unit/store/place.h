/* A directory of its own for every test, and a model and a task to hang rows on. */
#ifndef ONS_TESTS_STORE_PLACE_H
#define ONS_TESTS_STORE_PLACE_H

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tst_num.h"

#include "os/file.h"
#include "store/store.h"

typedef struct place {
    char dir[64], db[128];
} place;

static inline int make_place(void **state)
{
    place *p = calloc(1, sizeof *p);
    *state = p;
    if (!p) return 1;
    (void)snprintf(p->dir, sizeof p->dir, "/tmp/ons-store-XXXXXX");
    if (!mkdtemp(p->dir)) return 1;
    (void)snprintf(p->db, sizeof p->db, "%s/onset.db", p->dir);
    return 0;
}

static inline int drop_place(void **state)
{
    place *p = *state;
    ons_dir_list l;
    (void)chmod(p->dir, 0755);
    if (ons_dir_list_read(p->dir, &l, NULL) == ONS_OK) {
        for (size_t i = 0; i < l.n_names; i++) {
            char path[512];
            (void)snprintf(path, sizeof path, "%s/%s", p->dir, l.name[i]);
            (void)remove(path);
        }
        ons_dir_list_release(&l);
    }
    (void)rmdir(p->dir);
    free(p);
    return 0;
}

static inline ons_id id_of(const char *text)
{
    return ons_hash((ons_bytes){(const uint8_t *)text, strlen(text)});
}

static inline ons_store_model model_row(void)
{
    return (ons_store_model){.hash = id_of("model"),
                             .family = ONS_S("f"),
                             .name = ONS_S("2k-s1"),
                             .seed = ONS_S("1"),
                             .recipe = ONS_S("{}"),
                             .params = 2432,
                             .params_non_embedding = 1664,
                             .tokens = 48640,
                             .flops = 5.8e8,
                             .loss = (double)NAN};
}

static inline void put_subjects(ons_store *s)
{
    const ons_store_model m = model_row();
    const ons_store_task t = {.hash = id_of("task"),
                              .name = ONS_S("copy"),
                              .about = ONS_S("a"),
                              .version = 1,
                              .n_items = 2,
                              .chance = 0};
    assert_int_equal(ons_store_put_model(s, &m, NULL), ONS_OK);
    assert_int_equal(ons_store_put_model(s, &m, NULL), ONS_OK); /* twice is once */
    assert_int_equal(ons_store_put_task(s, &t, NULL), ONS_OK);
}

static const float values[] = {-.5f, -.25f};

static inline ons_response response(const char *id, size_t item)
{
    return (ons_response){.id = id_of(id),
                          .model = id_of("model"),
                          .task = id_of("task"),
                          .item = item,
                          .logprob = -.75,
                          .greedy = true,
                          .values = values,
                          .n_values = 2,
                          .text = ONS_S(""),
                          .ended = false};
}

#endif
