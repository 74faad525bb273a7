/*
 * Service classes: the share of a node that one request of a model takes, by the size of the model, the
 * accelerator and the batch. A row of a CSV table with its source. Jegham et al., arXiv:2505.09598.
 *
 * Columns (a header names them, in any order, others are ignored): class, gpu_share_low, gpu_share_high,
 * other_share, gpu_power_kw, other_power_kw, source.
 */
#ifndef JC_MODELS_SERVICE_CLASSES_H
#define JC_MODELS_SERVICE_CLASSES_H

#include "base/error.h"

struct jc_service_class {
    char *name;
    double gpu_share_low;  /* of the power of all GPUs, lowest, 1, > 0 */
    double gpu_share_high; /* highest, 1, > 0 */
    double other_share;    /* of the power of the rest of the node, 1, >= 0 */
    double gpu_power_kw;   /* of all GPUs of the node, rated, kW, > 0 */
    double other_power_kw; /* of the rest of the node, rated, kW, >= 0 */
    char *source;
};

/* The row of that name in a CSV file. Errors: JC_ERROR_INPUT (the file; no such row, naming those
 * that there are; two such rows; `file:line: column: ...`, a field of it that is empty or out of
 * range), JC_ERROR_IO, JC_ERROR_INTERNAL. On error, nothing is to be freed. */
int jc_service_class_read(struct jc_service_class *self, const char *path, const char *name,
    struct jc_error *error);
void jc_service_class_free(struct jc_service_class *self);

#endif
