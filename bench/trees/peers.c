// Times a library through its C functions, without Python in between:
//   peers ENGINE LIBRARY MODEL ROWS COLUMNS load|row|batch COUNT
// ENGINE is xgboost, lightgbm, lleaves (LIBRARY is the compiled model) or catboost-export (so too). Prints a line of
// JSON like bench-trees does, whose measures these are.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + 1e-9 * time.tv_nsec;
}

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void fail(const char *what) {
    fprintf(stderr, "peers: %s\n", what);
    exit(1);
}

static void *library;
static void *symbol(const char *name) {
    void *found = dlsym(library, name);
    if (!found) fail(name);
    return found;
}

static long columns, row_count;
static float *singles;
static double *doubles;
static double *margins;

static void read_rows(const char *path) {
    FILE *file = fopen(path, "rb");
    if (!file) fail(path);
    fseek(file, 0, SEEK_END);
    long size = ftell(file);
    rewind(file);
    singles = malloc(size);
    if (fread(singles, 1, size, file) != (size_t)size) fail(path);
    fclose(file);
    row_count = size / 4 / columns;
    doubles = malloc(size * 2);
    for (long k = 0; k < row_count * columns; k++) doubles[k] = singles[k];
}

static void repeat_rows(long wanted) {
    singles = realloc(singles, wanted * columns * 4);
    doubles = realloc(doubles, wanted * columns * 8);
    for (long row = row_count; row < wanted; row++) {
        memcpy(singles + row * columns, singles + row % row_count * columns, columns * 4);
        memcpy(doubles + row * columns, doubles + row % row_count * columns, columns * 8);
    }
    if (wanted > row_count) row_count = wanted;
}

// Each engine: loads a model, then answers rows [first, first + count) into `margins`.
static void *model, *fast;

static int (*xgb_predict)(void *, const char *, const char *, void *, const uint64_t **, uint64_t *, const float **);
static void xgb_load(const char *path) {
    int (*create)(void **, uint64_t, void **) = symbol("XGBoosterCreate");
    int (*load)(void *, const char *) = symbol("XGBoosterLoadModel");
    int (*set)(void *, const char *, const char *) = symbol("XGBoosterSetParam");
    xgb_predict = symbol("XGBoosterPredictFromDense");
    if (create(NULL, 0, &model) || load(model, path) || set(model, "nthread", "1")) fail("XGBoost: load");
}
static char *xgb_question(long first, long count) {
    char *text = NULL;
    if (asprintf(&text, "{\"data\":[%lu,true],\"shape\":[%ld,%ld],\"typestr\":\"<f4\",\"version\":3}",
            (unsigned long)(singles + first * columns), count, columns) < 0) fail("memory");
    return text;
}
static void xgb_ask(const char *question, long count) {
    static const char *config = "{\"type\":1,\"training\":false,\"iteration_begin\":0,\"iteration_end\":0,"
        "\"strict_shape\":false,\"missing\":NaN,\"cache_id\":0}";
    const uint64_t *shape;
    uint64_t dimensions;
    const float *found;
    if (xgb_predict(model, question, config, NULL, &shape, &dimensions, &found)) fail("XGBoost: predict");
    for (long k = 0; k < (count < 8 ? count : 8); k++) margins[k] = found[k];
}

static int (*lgb_fast)(void *, const void *, int64_t *, double *);
static int (*lgb_many)(void *, const void *, int, int32_t, int32_t, int, int, int, int, const char *, int64_t *, double *);
static void lgb_load(const char *path) {
    int (*create)(const char *, int *, void **) = symbol("LGBM_BoosterCreateFromModelfile");
    int (*prepare)(void *, int, int, int, int, int32_t, const char *, void **) =
        symbol("LGBM_BoosterPredictForMatSingleRowFastInit");
    lgb_fast = symbol("LGBM_BoosterPredictForMatSingleRowFast");
    lgb_many = symbol("LGBM_BoosterPredictForMat");
    int iterations;
    if (create(path, &iterations, &model)) fail("LightGBM: load");
    if (columns && prepare(model, 1, 0, -1, 1, columns, "num_threads=1", &fast)) fail("LightGBM: prepare");
}

static void (*lleaves_root)(const double *, double *, int, int);
static double (*catboost_apply)(const float *, int);

static const char *engine;
static int is(const char *name) { return !strcmp(engine, name); }
static void load(const char *path) {
    if (is("xgboost")) xgb_load(path);
    else if (is("lightgbm")) lgb_load(path);
    else if (is("lleaves")) lleaves_root = symbol("forest_root");
    else if (is("catboost-export")) catboost_apply = symbol("bench_apply");
    else fail("unknown engine");
}

static void ask(long first, long count, const char *question) {
    int64_t length;
    if (is("xgboost")) xgb_ask(question, count);
    else if (is("lightgbm") && count == 1) lgb_fast(fast, doubles + first * columns, &length, margins);
    else if (is("lightgbm"))
        lgb_many(model, doubles + first * columns, 1, count, columns, 1, 1, 0, -1, "num_threads=1", &length, margins);
    else if (is("lleaves")) lleaves_root(doubles + first * columns, margins, 0, count);
    else for (long k = 0; k < count; k++) margins[k] = catboost_apply(singles + (first + k) * columns, columns);
}

static void report(const char *unit, double *times, long count, const double *found, int shown) {
    qsort(times, count, sizeof *times, ascending);
    printf("{\"unit\":\"%s\",\"median\":%.9g,\"p99\":%.9g,\"margins\":[", unit, times[count / 2], times[count * 99 / 100]);
    for (int k = 0; k < shown; k++) printf("%s%.17g", k ? "," : "", found[k]);
    printf("]}\n");
}

int main(int argc, char **argv) {
    if (argc != 8) fail("ENGINE LIBRARY MODEL ROWS COLUMNS load|row|batch COUNT");
    engine = argv[1];
    library = dlopen(argv[2], RTLD_NOW | RTLD_GLOBAL);
    if (!library) fail(dlerror());
    long count = atol(argv[7]);
    double *times = malloc((count > 8 ? count : 8) * sizeof *times), first[8];
    margins = malloc((count + 8) * sizeof *margins);
    if (!strcmp(argv[6], "load")) {
        for (long k = 0; k < count; k++) {
            double start = now();
            load(argv[3]);
            times[k] = (now() - start) * 1e3;
        }
        report("ms", times, count, NULL, 0);
        return 0;
    }
    columns = atol(argv[5]);
    read_rows(argv[4]);
    load(argv[3]);
    if (!strcmp(argv[6], "row")) {
        long warm = count / 4;
        // Building the text that describes a row is left out.
        char **questions = calloc(count + warm + 8, sizeof *questions);
        if (is("xgboost")) for (long k = 0; k < count + warm; k++) questions[k] = xgb_question(k * 7919 % row_count, 1);
        for (long k = 0; k < count + warm; k++) {
            double start = now();
            ask(k * 7919 % row_count, 1, questions[k]);
            double end = now();
            if (k >= warm) times[k - warm] = (end - start) * 1e6;
        }
        for (int k = 0; k < 8; k++) {
            ask(k, 1, is("xgboost") ? xgb_question(k, 1) : NULL);
            first[k] = margins[0];
        }
        report("us", times, count, first, 8);
        return 0;
    }
    repeat_rows(count);
    char *question = is("xgboost") ? xgb_question(0, count) : NULL;
    for (int k = 0; k < 3; k++) {
        double start = now();
        ask(0, count, question);
        times[k] = count / (now() - start);
    }
    report("rows_s", times, 3, margins, 8);
    return 0;
}
