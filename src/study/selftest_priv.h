/* The blocks that a self-test is cut into, and the file that keeps finished ones. */
#ifndef ONS_STUDY_SELFTEST_PRIV_H
#define ONS_STUDY_SELFTEST_PRIV_H

#include "study/selftest.h"

/* Some trials of one class. */
typedef struct ons_selftest_block {
    const ons_sim_class *of;
    size_t index; /* of the class's blocks */
    bool done;
    ons_tally tally;
} ons_selftest_block;

/* Every number of a tally, in a fixed order. */
enum { ONS_TALLY_NUMBERS = 7 + ONS_VERDICT_COUNT + ONS_CHECK_COUNT };
void ons_tally_pack(const ons_tally *t, uint64_t *ret_v);
void ons_tally_unpack(const uint64_t *v, ons_tally *ret_t);

/* Fills blocks that the file holds; blocks of other classes in it are left alone and lost at
 * the next write. A file that is not there is empty. Errors: MISMATCH (other seed), FORMAT, IO. */
ons_status ons_selftest_file_read(const char *path, uint64_t seed, ons_selftest_block *block,
                                  size_t n_blocks, ons_err *err);
ons_status ons_selftest_file_write(const char *path, uint64_t seed, const ons_selftest_block *block,
                                   size_t n_blocks, ons_err *err);

#endif
