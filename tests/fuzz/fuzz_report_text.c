/* Texts that models and files bring → page and figures: whatever they hold, no tag, attribute or
 * script comes through. The input is cut at newlines into the texts of a small report. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/parse.h"
#include "report/export.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t times(const char *text, const char *word)
{
    size_t n = 0;
    for (const char *p = text; (p = strstr(p, word)); p += strlen(word)) n++;
    return n;
}

static void must(bool holds)
{
    if (!holds) abort();
}

static ons_verdict verdict_of(unsigned kind)
{
    const double nan = (double)NAN;
    const ons_interval none = {nan, nan, nan};
    return (ons_verdict){.verdict = (ons_verdict_word)(kind % ONS_VERDICT_COUNT),
                         .p_emergent = nan,
                         .p_above = nan,
                         .p_absent = nan,
                         .p_sharp = nan,
                         .p_unforeseen = nan,
                         .p_shape = nan,
                         .onset = {9, 8.5, 9.5},
                         .midpoint = none,
                         .width = none,
                         .sharp = {.shape = -1},
                         .smooth = {.shape = -1},
                         .first = nan,
                         .last = nan,
                         .upper_bound = nan,
                         .learned_share = nan,
                         .items_needed = nan};
}

/* What holds of bytes that are markup of ours around texts of others. */
static void sound(ons_str markup)
{
    must(strlen(markup.ptr) == markup.len);
    for (size_t i = 0; i < markup.len; i++) {
        const unsigned char c = (unsigned char)markup.ptr[i];
        must(c >= 0x20 || c == '\n' || c == '\t');
    }
}

static ons_status figure(void *ctx, const char *name, ons_str svg, ons_err *err)
{
    (void)ctx;
    (void)name;
    (void)err;
    sound(svg);
    must(times(svg.ptr, "<svg") == 1 && times(svg.ptr, "<style") == 1);
    must(times(svg.ptr, "<script") == 0 && times(svg.ptr, "<a ") == 0);
    return ONS_OK;
}

/* Every tag and attribute name of the page must be one that the page of no texts could have. */
static void page(const ons_report *r, size_t n_series)
{
    ons_buf b;
    ons_err err = ONS_ERR_INIT;
    ons_buf_init(&b, ONS_REPORT_BYTES_MAX);
    must(ons_report_html(r, &b, &err) == ONS_OK);
    const char *t = ons_buf_cstr(&b);
    sound(ons_buf_str(&b));
    must(times(t, "<script") == 1 && times(t, "</script") == 1 && times(t, "<style") == 1);
    must(times(t, "<section class=\"") == n_series && times(t, " id=\"series-") == n_series);
    must(times(t, "<img") == 0 && times(t, "<iframe") == 0 && times(t, "<!--") == 0);
    must(times(t, " onerror=\"") == 0 && times(t, "href=\"java") == 0);
    ons_buf_reset(&b);
    must(ons_report_csv(r, &b, &err) == ONS_OK && ons_report_latex(r, &b, &err) == ONS_OK);
    ons_buf_release(&b);
    must(ons_report_figures(r, figure, NULL, &err) == ONS_OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum { TEXTS = 12, SERIES = 5 }; /* the last three stand beside the first */
    ons_str text[TEXTS], rest = {(const char *)data, size};
    for (size_t i = 0; i < TEXTS; i++) (void)ons_str_cut(&rest, '\n', &text[i]);
    ons_point point[4];
    for (size_t i = 0; i < 4; i++) {
        point[i] = (ons_point){.x = 8 + (double)i, .y = .3 * (double)i, .n = 50, .se = (double)NAN};
        point[i].params = pow(10, point[i].x);
        if (text[10].len)
            memcpy(point[i].seed, text[10].ptr, text[10].len < 24 ? text[10].len : 24);
    }
    ons_report_series s[SERIES];
    for (size_t i = 0; i < SERIES; i++) {
        s[i] = (ons_report_series){.family = text[0],
                                   .task = text[1],
                                   .metric = text[2],
                                   .prompt = text[3],
                                   .about = text[4],
                                   .unit = text[5],
                                   .axis = ONS_REPORT_PARAMS,
                                   .primary = true,
                                   .point = point,
                                   .n_points = 4,
                                   .chance = .1,
                                   .w0 = 1.5,
                                   .p_adjusted = (double)NAN,
                                   .verdict = verdict_of((unsigned)(size + i))};
        s[i].continuous = i == 1;
        s[i].shots = i < 2 ? 0 : (double)(i * i);
        if (i == 4) s[i].prompt = text[11];
        if (i == 3) s[i].family = text[8];
        s[i].partner = (ons_report_partner){.metric = text[2], .unit = text[5], .point = point};
        s[i].partner.n_points = 4;
        s[i].partner.result.sharp.shape = s[i].partner.result.smooth.shape = -1;
        s[i].example = (ons_report_example){.question = text[6], .gold = text[7], .n_answers = 1};
        s[i].example.answer[0] = (ons_report_answer){.model = text[8], .text = text[9]};
    }
    const ons_report_pair pair = {text[4], text[9]};
    const ons_report_model model = {.name = text[8], .family = text[0], .seed = text[10]};
    const ons_report r = {.study = text[11],
                          .series = s,
                          .n_series = SERIES,
                          .model = &model,
                          .n_models = 1,
                          .recipe = &pair,
                          .n_recipe = 1,
                          .version = text[3],
                          .command = text[6]};
    page(&r, SERIES);
    return 0;
}
