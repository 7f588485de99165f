// libxgboost's C interface, found when it is first asked for: a machine that only predicts needs not have it.
//
// The functions are declared here, as far as they are used, and looked up in the library: nothing is linked and no
// header of its is needed to build.
#ifndef CXGBOOST_H
#define CXGBOOST_H

#include <stddef.h>
#include <stdint.h>

typedef void *cxgboost_matrix;
typedef void *cxgboost_booster;

// Loads the library once for the process; 0 when all of it is there. Else why not, into `reason`. Any thread may call.
// Everything below must only be called after this returned 0.
int cxgboost_load(char *reason, size_t capacity);

void cxgboost_version(int *major, int *minor, int *patch);
// What the calling thread's last failed call has to say. The calls below return 0 unless they fail.
const char *cxgboost_last_error(void);
// Nothing is written to the standard streams any more.
int cxgboost_silence(void);

// Rows of 32-bit floats, one after the other, and one label a row; weights may be NULL. They are read in place, into
// quantile bins, and no longer needed afterwards. `bins_of` lends its bins to rows that are to be judged only, or is
// NULL.
int cxgboost_matrix_create(
    const float *cells, uint64_t rows, uint64_t columns, const float *labels, const float *weights, int threads,
    int bins, cxgboost_matrix bins_of, cxgboost_matrix *out);
int cxgboost_matrix_free(cxgboost_matrix matrix);

int cxgboost_booster_create(const cxgboost_matrix matrices[], uint64_t count, cxgboost_booster *out);
int cxgboost_booster_free(cxgboost_booster booster);
int cxgboost_booster_set(cxgboost_booster booster, const char *name, const char *value);
int cxgboost_booster_name_features(cxgboost_booster booster, const char **names, uint64_t count);
int cxgboost_booster_update(cxgboost_booster booster, int round, cxgboost_matrix training);
int cxgboost_booster_evaluate(
    cxgboost_booster booster, int round, cxgboost_matrix matrices[], const char *names[], uint64_t count,
    const char **out);
int cxgboost_booster_slice(cxgboost_booster booster, int begin, int end, cxgboost_booster *out);
// Borrowed from the booster until its next call.
int cxgboost_booster_save_json(cxgboost_booster booster, uint64_t *length, const char **out);
#endif
