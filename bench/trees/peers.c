// Times a library through its C functions, without Python in between:
//   peers ENGINE LIBRARY MODEL ROWS COLUMNS load|row|batch|explain-row|explain-batch|train COUNT
// ENGINE is xgboost, lightgbm, lleaves (LIBRARY is the compiled model) or catboost-export (so too). Only xgboost explains
// and trains. Prints a line of JSON like bench-trees does, whose measures these are.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
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

static float *read_floats(const char *path, long *count) {
    FILE *file = fopen(path, "rb");
    if (!file) fail(path);
    fseek(file, 0, SEEK_END);
    long size = ftell(file);
    rewind(file);
    float *floats = malloc(size);
    if (fread(floats, 1, size, file) != (size_t)size) fail(path);
    fclose(file);
    *count = size / 4;
    return floats;
}

static void read_rows(const char *path) {
    long count;
    singles = read_floats(path, &count);
    row_count = count / columns;
    doubles = malloc(count * 8);
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

// Explaining takes a matrix, which is made beforehand; the answers are a row's contributions, then its base.
static void *xgb_matrix(long first, long count) {
    int (*create)(const float *, uint64_t, uint64_t, float, void **) = symbol("XGDMatrixCreateFromMat");
    void *matrix;
    if (create(singles + first * columns, count, columns, NAN, &matrix)) fail("XGBoost: rows");
    return matrix;
}
static const float *xgb_explain(void *matrix) {
    static int (*explain)(void *, void *, const char *, const uint64_t **, uint64_t *, const float **);
    if (!explain) explain = symbol("XGBoosterPredictFromDMatrix");
    const uint64_t *shape;
    uint64_t dimensions;
    const float *found;
    if (explain(model, matrix, "{\"type\":2,\"training\":false,\"iteration_begin\":0,\"iteration_end\":0,"
            "\"strict_shape\":false}", &shape, &dimensions, &found)) fail("XGBoost: explain");
    return found;
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
    printf("{\"unit\":\"%s\",\"median\":%.9g,\"p99\":%.9g,\"answers\":[", unit, times[count / 2], times[count * 99 / 100]);
    for (int k = 0; k < shown; k++) printf("%s%.17g", k ? "," : "", found[k]);
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    printf("],\"peak_kib\":%ld,\"cpu_s\":%.3f}\n", usage.ru_maxrss, usage.ru_utime.tv_sec + usage.ru_stime.tv_sec
        + 1e-6 * (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec));
}

static void explain_rows(long count) {
    long warm = count / 4;
    double *times = malloc(count * sizeof *times), first[8];
    for (long k = 0; k < count + warm; k++) {
        void *matrix = xgb_matrix(k * 7919 % row_count, 1);
        double start = now();
        xgb_explain(matrix);
        double end = now();
        if (k >= warm) times[k - warm] = (end - start) * 1e6;
    }
    const float *found = xgb_explain(xgb_matrix(0, 1));
    for (int k = 0; k < 8; k++) first[k] = found[k];
    report("us", times, count, first, 8);
}

static void explain_batch(long count) {
    double times[3], first[8];
    repeat_rows(count);
    void *matrix = xgb_matrix(0, count);
    for (int k = 0; k < 3; k++) {
        double start = now();
        const float *found = xgb_explain(matrix);
        times[k] = count / (now() - start);
        for (int column = 0; column < 8; column++) first[column] = found[column];
    }
    report("rows_s", times, 3, first, 8);
}

// What bench-trees asks of libxgboost, in a plain program: the same parameters, a measure after each tree, one process,
// the rows in memory.
static void train(const char *labels_path, const char *rows_path, int trees) {
    int (*info)(void *, const char *, const float *, uint64_t) = symbol("XGDMatrixSetFloatInfo");
    int (*create)(void **, uint64_t, void **) = symbol("XGBoosterCreate");
    int (*set)(void *, const char *, const char *) = symbol("XGBoosterSetParam");
    int (*update)(void *, int, void *) = symbol("XGBoosterUpdateOneIter");
    int (*evaluate)(void *, int, void **, const char **, uint64_t, const char **) = symbol("XGBoosterEvalOneIter");
    int (*save)(void *, const char *, uint64_t *, const char **) = symbol("XGBoosterSaveModelToBuffer");
    const char *threads = getenv("OMP_NUM_THREADS");
    const char *parameters[][2] = {
        {"verbosity", "0"}, {"objective", "binary:logistic"}, {"tree_method", "hist"}, {"base_score", "0.5"},
        {"eta", "0.1"}, {"max_depth", "6"}, {"min_child_weight", "1"}, {"lambda", "1"}, {"gamma", "0"},
        {"subsample", "0.8"}, {"colsample_bytree", "0.8"}, {"max_bin", "256"}, {"seed", "42"},
        {"nthread", threads ? threads : "1"}, {"eval_metric", "logloss"},
    };
    long label_count, cell_count;
    float *labels = read_floats(labels_path, &label_count);
    singles = read_floats(rows_path, &cell_count);
    row_count = cell_count / columns;
    if (row_count != label_count) fail("labels and rows");

    double start = now();
    void *matrix = xgb_matrix(0, row_count);
    if (info(matrix, "label", labels, row_count) || create(&matrix, 1, &model)) fail("XGBoost: labels");
    for (unsigned k = 0; k < sizeof parameters / sizeof *parameters; k++)
        if (set(model, parameters[k][0], parameters[k][1])) fail("XGBoost: parameters");
    uint64_t length;
    const char *text, *name = "rows";
    double loss = 0;
    for (int k = 0; k < trees; k++) {
        if (update(model, k, matrix)) fail("XGBoost: train");
        if (evaluate(model, k, &matrix, &name, 1, &text) || !strstr(text, "logloss:")) fail("XGBoost: evaluate");
        loss = atof(strstr(text, "logloss:") + 8);
    }
    if (save(model, "{\"format\":\"json\"}", &length, &text)) fail("XGBoost: save");
    double time = now() - start;
    report("s", &time, 1, &loss, 1);
}

int main(int argc, char **argv) {
    if (argc != 8) fail("ENGINE LIBRARY MODEL ROWS COLUMNS MEASURE COUNT");
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
            if (is("xgboost")) ((int (*)(void *))symbol("XGBoosterFree"))(model);
        }
        report("ms", times, count, NULL, 0);
        return 0;
    }
    columns = atol(argv[5]);
    if (!strcmp(argv[6], "train")) {
        train(argv[3], argv[4], count);
        return 0;
    }
    read_rows(argv[4]);
    load(argv[3]);
    if (!strncmp(argv[6], "explain", 7)) {
        if (!is("xgboost")) fail("only xgboost explains");
        (strcmp(argv[6], "explain-row") ? explain_batch : explain_rows)(count);
        return 0;
    }
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
