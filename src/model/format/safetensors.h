/* safetensors: named tensors in one file.
 *
 *   u64 N | N bytes of JSON, padded with spaces | tensor data, end to end
 *
 * (github.com/huggingface/safetensors, README "Format", 0.4.) The JSON is
 * {"name": {"dtype": "F32", "shape": [2, 3], "data_offsets": [begin, end]}, …}, offsets counted
 * from the first byte after it, plus "__metadata__", a map of texts, which is not read.
 *
 * Reading checks all of it before anything is used: the tensors must fill the data exactly,
 * without overlap and without holes. The tensors borrow the file's bytes and the arena. */
#ifndef ONS_MODEL_FORMAT_SAFETENSORS_H
#define ONS_MODEL_FORMAT_SAFETENSORS_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/slice.h"
#include "base/status.h"

#define ONS_SAFETENSORS_DIMS_MAX     8
#define ONS_SAFETENSORS_HEADER_MAX   ((uint64_t)100 << 20) /* bytes; the format's own limit */
#define ONS_SAFETENSORS_TENSORS_MAX  ((size_t)16384)
#define ONS_SAFETENSORS_NAME_LEN_MAX ((size_t)512)

/* name, bytes per element */
#define ONS_SAFETENSORS_DTYPE_MAP(X) \
    X(F32, 4)                        \
    X(F16, 2)                        \
    X(BF16, 2)                       \
    X(F64, 8)                        \
    X(I64, 8)                        \
    X(I32, 4)                        \
    X(I16, 2)                        \
    X(I8, 1)                         \
    X(U64, 8)                        \
    X(U32, 4)                        \
    X(U16, 2)                        \
    X(U8, 1)                         \
    X(BOOL, 1)

typedef enum ons_safetensors_dtype {
#define X(name, bytes) ONS_SAFETENSORS_##name,
    ONS_SAFETENSORS_DTYPE_MAP(X)
#undef X
        ONS_SAFETENSORS_DTYPE_COUNT
} ons_safetensors_dtype;

const char *ons_safetensors_dtype_name(ons_safetensors_dtype t);

typedef struct ons_safetensor {
    const char *name; /* no NUL, at most ONS_SAFETENSORS_NAME_LEN_MAX bytes */
    ons_safetensors_dtype dtype;
    size_t n_dims; /* 0: a single number */
    uint64_t dim[ONS_SAFETENSORS_DIMS_MAX];
    size_t n_elems;  /* product of dim */
    ons_bytes data;  /* little-endian, not aligned */
    uint64_t offset; /* of data in the file, for messages */
} ons_safetensor;

typedef struct ons_safetensors {
    ons_safetensor *tensor; /* sorted by name */
    size_t n_tensors;
} ons_safetensors;

/* Errors: FORMAT (with byte and tensor), UNSUPPORTED (a dtype, by name), LIMIT, NOMEM. */
ons_status ons_safetensors_read(ons_bytes file, ons_arena *a, ons_safetensors *ret_st,
                                ons_err *err);
/* NULL if there is none of that name. */
const ons_safetensor *ons_safetensors_find(const ons_safetensors *st, const char *name);

/* A tensor to be written: f32 in the memory order of shape, names of printable ASCII without
 * quotes and backslashes. */
typedef struct ons_safetensor_f32 {
    const char *name;
    size_t n_dims;
    size_t dim[ONS_SAFETENSORS_DIMS_MAX];
    const float *data;
} ons_safetensor_f32;

/* Appends a whole file. The same tensors give the same bytes in whatever order they come:
 * sorted by name, header padded to 8 bytes, metadata {"format": "pt"} (transformers asks for it).
 * Errors: USAGE (two of one name), LIMIT, NOMEM. */
ons_status ons_safetensors_write(const ons_safetensor_f32 *t, size_t n, ons_buf *out, ons_err *err);

#endif
