#define _GNU_SOURCE 1
#include "CXGBoost.h"
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

typedef int next_callback(void *iterator);
typedef void reset_callback(void *iterator);

// Every function that is used: its result, its name after XG, its parameters.
#define FUNCTIONS(F) \
    F(void, BoostVersion, (int *, int *, int *)) \
    F(const char *, BGetLastError, (void)) \
    F(int, BSetGlobalConfig, (const char *)) \
    F(int, BRegisterLogCallback, (void (*)(const char *))) \
    F(int, ProxyDMatrixCreate, (void **)) \
    F(int, ProxyDMatrixSetDataDense, (void *, const char *)) \
    F(int, QuantileDMatrixCreateFromCallback, \
      (void *, void *, void *, reset_callback *, next_callback *, const char *, void **)) \
    F(int, DMatrixSetFloatInfo, (void *, const char *, const float *, uint64_t)) \
    F(int, DMatrixFree, (void *)) \
    F(int, BoosterCreate, (void *const[], uint64_t, void **)) \
    F(int, BoosterFree, (void *)) \
    F(int, BoosterSetParam, (void *, const char *, const char *)) \
    F(int, BoosterSetStrFeatureInfo, (void *, const char *, const char **, uint64_t)) \
    F(int, BoosterUpdateOneIter, (void *, int, void *)) \
    F(int, BoosterEvalOneIter, (void *, int, void *[], const char *[], uint64_t, const char **)) \
    F(int, BoosterSlice, (void *, int, int, int, void **)) \
    F(int, BoosterSaveModelToBuffer, (void *, const char *, uint64_t *, const char **))

#define DECLARE(result, name, parameters) result(*name) parameters;
static struct { FUNCTIONS(DECLARE) } xg;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static int loaded = -1;
static char failure[256];

static int find(void *library, const char *name, void *place) {
    void *symbol = dlsym(library, name);
    if (symbol == NULL) {
        snprintf(failure, sizeof failure, "%s: no function %s", "libxgboost.so.0", name);
        return -1;
    }
    memcpy(place, &symbol, sizeof symbol);
    return 0;
}

static void load(void) {
    void *library = dlopen("libxgboost.so.0", RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) {
        const char *reason = dlerror();
        snprintf(failure, sizeof failure, "%s", reason != NULL ? reason : "libxgboost.so.0");
        return;
    }
#define FIND(result, name, parameters) \
    if (find(library, "XG" #name, &xg.name) != 0) return;
    FUNCTIONS(FIND)
    loaded = 0;
}

int cxgboost_load(char *reason, size_t capacity) {
    pthread_once(&once, load);
    if (loaded != 0 && capacity > 0) snprintf(reason, capacity, "%s", failure);
    return loaded;
}

void cxgboost_version(int *major, int *minor, int *patch) { xg.BoostVersion(major, minor, patch); }
const char *cxgboost_last_error(void) { return xg.BGetLastError(); }

static void ignore(const char *line) { (void)line; }

int cxgboost_silence(void) {
    if (xg.BRegisterLogCallback(ignore) != 0) return -1;
    return xg.BSetGlobalConfig("{\"verbosity\": 0}");
}

// The library asks for batches. There is one, and it is asked for several times over.
struct batch {
    void *proxy;
    const char *cells;
    const float *labels, *weights;
    uint64_t rows;
    int given;
};

static int next_batch(void *iterator) {
    struct batch *batch = iterator;
    if (batch->given) return 0;
    batch->given = 1;
    // On failure the library's own message stays, and the matrix it then lacks is its failure too.
    if (xg.ProxyDMatrixSetDataDense(batch->proxy, batch->cells) != 0) return 0;
    if (xg.DMatrixSetFloatInfo(batch->proxy, "label", batch->labels, batch->rows) != 0) return 0;
    if (batch->weights != NULL && xg.DMatrixSetFloatInfo(batch->proxy, "weight", batch->weights, batch->rows) != 0)
        return 0;
    return 1;
}
static void reset_batches(void *iterator) { ((struct batch *)iterator)->given = 0; }

int cxgboost_matrix_create(
    const float *cells, uint64_t rows, uint64_t columns, const float *labels, const float *weights, int threads,
    int bins, cxgboost_matrix bins_of, cxgboost_matrix *out) {
    char interface[192], configuration[96];
    snprintf(
        interface, sizeof interface,
        "{\"data\": [%llu, true], \"shape\": [%llu, %llu], \"typestr\": \"<f4\", \"version\": 3}",
        (unsigned long long)(uintptr_t)cells, (unsigned long long)rows, (unsigned long long)columns);
    snprintf(
        configuration, sizeof configuration, "{\"missing\": NaN, \"nthread\": %d, \"max_bin\": %d}", threads, bins);
    struct batch batch = {.cells = interface, .labels = labels, .weights = weights, .rows = rows};
    if (xg.ProxyDMatrixCreate(&batch.proxy) != 0) return -1;
    int result = xg.QuantileDMatrixCreateFromCallback(
        &batch, batch.proxy, bins_of, reset_batches, next_batch, configuration, out);
    xg.DMatrixFree(batch.proxy);
    return result;
}
int cxgboost_matrix_free(cxgboost_matrix matrix) { return xg.DMatrixFree(matrix); }

int cxgboost_booster_create(const cxgboost_matrix matrices[], uint64_t count, cxgboost_booster *out) {
    return xg.BoosterCreate(matrices, count, out);
}
int cxgboost_booster_free(cxgboost_booster booster) { return xg.BoosterFree(booster); }
int cxgboost_booster_set(cxgboost_booster booster, const char *name, const char *value) {
    return xg.BoosterSetParam(booster, name, value);
}
int cxgboost_booster_name_features(cxgboost_booster booster, const char **names, uint64_t count) {
    return xg.BoosterSetStrFeatureInfo(booster, "feature_name", names, count);
}
int cxgboost_booster_update(cxgboost_booster booster, int round, cxgboost_matrix training) {
    return xg.BoosterUpdateOneIter(booster, round, training);
}
int cxgboost_booster_evaluate(
    cxgboost_booster booster, int round, cxgboost_matrix matrices[], const char *names[], uint64_t count,
    const char **out) {
    return xg.BoosterEvalOneIter(booster, round, matrices, names, count, out);
}
int cxgboost_booster_slice(cxgboost_booster booster, int begin, int end, cxgboost_booster *out) {
    return xg.BoosterSlice(booster, begin, end, 1, out);
}
int cxgboost_booster_save_json(cxgboost_booster booster, uint64_t *length, const char **out) {
    return xg.BoosterSaveModelToBuffer(booster, "{\"format\": \"json\"}", length, out);
}
