#include "study/sweep.h"

#include <stdlib.h>

#include "model/model.h"
#include "os/file.h"

static int in_order(const void *pa, const void *pb)
{
    const ons_sweep_point *a = pa, *b = pb;
    if (a->params != b->params) return a->params < b->params ? -1 : 1;
    return (a->rate > b->rate) - (a->rate < b->rate);
}

static ons_status read_point(const ons_train_job *job, const char *dir, ons_sweep_point *ret_p,
                             ons_err *err)
{
    char path[ONS_PATH_MAX];
    ons_model *m;
    ONS_TRY(ons_path_format(path, sizeof path, err, "%s/%s", dir, job->name));
    ONS_TRY(ons_model_open(path, &m, err));
    *ret_p = (ons_sweep_point){.params = job->params,
                               .tokens = job->tokens,
                               .rate = job->ladder->optimizer.rate,
                               .loss_nats = ons_model_info_of(m)->loss_nats};
    ons_model_close(m);
    return ONS_OK;
}

ons_status ons_sweep_run(const ons_ladder_file *f, const char *dir, size_t n_threads,
                         const ons_monitor *m, ons_arena *a, ons_sweep_point **ret_point,
                         size_t *ret_n, ons_err *err)
{
    ons_train_job *job;
    ons_sweep_point *point;
    size_t n;
    *ret_point = NULL;
    *ret_n = 0;
    if (f->n_sweep == 0) return ONS_OK;
    ONS_TRY(ons_ladder_jobs(f->sweep, f->n_sweep, a, &job, &n, err));
    ONS_TRY(ons_dir_make(dir, err));
    ONS_TRY(ons_train_jobs(job, n, dir, n_threads, m, err));
    ONS_TRY(ONS_NEW(a, n, &point, err));
    for (size_t i = 0; i < n; i++) ONS_TRY(read_point(&job[i], dir, &point[i], err));
    qsort(point, n, sizeof *point, in_order);
    *ret_point = point;
    *ret_n = n;
    return ONS_OK;
}
