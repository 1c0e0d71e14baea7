/* A made-up study with the sizes of the pocket ladder: eight skills, eight sizes,
 * three seeds. Its numbers are plausible and fixed; no model was asked. */
#ifndef SAMPLE_H
#define SAMPLE_H

#include "report/report.h"

#define SAMPLE_SKILLS ((size_t)8)
#define SAMPLE_SIZES  ((size_t)8)
#define SAMPLE_SEEDS  ((size_t)3)
#define SAMPLE_POINTS (SAMPLE_SIZES * SAMPLE_SEEDS)

typedef struct sample {
    ons_report report;
    ons_report_series series[2 * SAMPLE_SKILLS];
    ons_point point[SAMPLE_SKILLS][SAMPLE_POINTS];
    ons_point partner[SAMPLE_SKILLS][SAMPLE_POINTS];
    ons_report_model model[SAMPLE_POINTS];
    char name[SAMPLE_POINTS][24];
} sample;

void sample_fill(sample *s);
/* A verdict without any number. */
ons_verdict sample_verdict(ons_verdict_word word);

#endif
