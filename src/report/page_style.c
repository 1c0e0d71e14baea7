#include <string.h>

#include "base/parse.h"
#include "report/figure.h"
#include "report/html.h"
#include "report/page.h"

/* A colour by its name in the style: on a light ground (and in files of their own), on a dark one. */
static const struct {
    const char *name, *light, *dark;
} colour[] = {
    {"bg", "#fff", "#15171a"},      {"ink", "#1b1b1b", "#e8e8e6"},  {"soft", "#5a5a5a", "#a6a8aa"},
    {"hair", "#dcdcdc", "#34383d"}, {"axis", "#8a8a8a", "#787d82"}, {"band", "#f3e6d8", "#3a2f22"},
    {"link", "#0a558c", "#8cc4f0"}, {"d0", "#17456b", "#d3e8f8"},   {"d1", "#3f7fb0", "#8cbfe6"},
    {"d2", "#7fb2d6", "#5a94c2"},   {"d3", "#a9cde6", "#3f74a0"},   {"edge", "#1b1b1b", "#15171a"},
};
#define N_COLOURS (sizeof colour / sizeof *colour)

static void colours(ons_buf *b)
{
    ons_html_raw(b, ":root{color-scheme:light");
    for (size_t i = 0; i < N_COLOURS; i++)
        ons_buf_printf(b, ";--%s:%s", colour[i].name, colour[i].light);
    ons_html_raw(b, "}\n@media screen and (prefers-color-scheme:dark){:root{color-scheme:dark");
    for (size_t i = 0; i < N_COLOURS; i++)
        ons_buf_printf(b, ";--%s:%s", colour[i].name, colour[i].dark);
    ons_html_raw(b, "}}\n");
}

static void text_style(ons_buf *b)
{
    ons_html_raw(
        b,
        "*{box-sizing:border-box}\n"
        "html{-webkit-text-size-adjust:100%;scroll-behavior:auto}\n"
        "body{margin:0;background:var(--bg);color:var(--ink);font:16px/1.55 "
        "system-ui,-apple-system,"
        "\"Segoe UI\",Roboto,\"Noto Sans\",\"Liberation Sans\",Arial,sans-serif;"
        "font-variant-numeric:tabular-nums;overflow-wrap:break-word}\n"
        "main{max-width:1132px;margin:0 auto;padding:28px 16px 64px}\n"
        "h1,h2,h3{font-weight:600;line-height:1.25;margin:0}\n"
        "h1{font-size:28px}h2{font-size:22px;margin:72px 0 8px}h3{font-size:18px}\n"
        "p{margin:8px 0;max-width:72ch}\n"
        ".facts,.note,.sub,figcaption{color:var(--soft)}\n"
        ".note,.sub,table,figcaption,nav,.key{font-size:14px}\n"
        ".answer{font-size:22px;line-height:1.4;margin:20px 0 12px;max-width:60ch}\n"
        "a{color:var(--link);text-underline-offset:2px}\n"
        "nav{margin:20px 0 0}nav a{margin-right:16px;white-space:nowrap;display:inline-block}\n"
        "svg.mark{width:15px;height:15px;vertical-align:-2px;margin-right:6px;overflow:visible}\n"
        ".key{display:flex;flex-wrap:wrap;gap:4px 18px;margin:8px 0 "
        "12px;color:var(--soft);padding:0;"
        "list-style:none}\n"
        ".up{margin:20px 0 0;font-size:14px}\n");
}

static void layout_style(ons_buf *b)
{
    ons_html_raw(
        b,
        "figure{margin:12px 0}\n"
        "svg[role=img]{display:block;width:100%;height:auto}\n"
        ".f-wide{display:none!important}\n"
        "svg.f-narrow{max-width:560px}svg.f-large{max-width:540px}\n"
        ".two{display:grid;grid-template-columns:1fr;gap:16px;align-items:start}\n"
        ".multiples{display:grid;grid-template-columns:repeat(auto-fill,minmax(148px,1fr));"
        "gap:20px 12px;margin:16px 0}\n"
        ".multiples a{color:inherit;text-decoration:none;display:block;min-width:0;"
        "content-visibility:auto;contain-intrinsic-size:auto 180px;overflow-clip-margin:8px}\n"
        ".multiples a:hover b,.multiples a:focus b{text-decoration:underline}\n"
        ".multiples figure{margin:0;height:100%;display:flex;flex-direction:column}\n"
        ".multiples figcaption{line-height:1.3;margin-bottom:4px;flex:1}\n"
        ".multiples b{color:var(--ink);font-weight:600;overflow-wrap:anywhere}\n"
        "section.series,section.more{content-visibility:auto;contain-intrinsic-size:auto 640px}"
        ".group section{contain-intrinsic-size:auto 140px}.group summary{font-size:18px}\n"
        "section.series{margin-top:64px}section.more{margin-top:40px}\n"
        "section.series>h3{font-size:22px}section.more>h3{font-size:18px}\n"
        ".verdict{margin-top:4px}\n"
        ".scroll{overflow-x:auto;max-width:100%;margin:12px 0}\n"
        "table{border-collapse:collapse}\n"
        "th,td{padding:5px 14px 5px 0;text-align:right;vertical-align:top;"
        "border-bottom:1px solid var(--hair);white-space:nowrap}\n"
        "th{font-weight:600}th:first-child,td:first-child,td.w,th.w{text-align:left}\n"
        "td.w{white-space:normal;min-width:9em;overflow-wrap:anywhere}\n"
        "td small{color:var(--soft);font-size:12px}\n"
        "caption{text-align:left;color:var(--soft);padding-bottom:4px;white-space:nowrap}\n"
        ".answers{display:grid;grid-template-columns:1fr;gap:12px;margin:8px 0}\n"
        ".answers>div{border-left:2px solid var(--hair);padding-left:12px;min-width:0}\n"
        ".said,.asked{font-family:ui-monospace,\"DejaVu Sans Mono\",\"Liberation Mono\",monospace;"
        "font-size:14px;white-space:pre-wrap;overflow-wrap:anywhere;display:block}\n"
        "h4{font-size:16px;font-weight:600;margin:24px 0 4px}\n"
        "details{margin:12px 0}summary{cursor:pointer;font-size:14px;color:var(--link)}\n"
        "code{font-family:ui-monospace,\"DejaVu Sans Mono\",monospace;font-size:14px;"
        "overflow-wrap:anywhere}\n");
}

static void drawing_style(ons_buf *b)
{
    ons_html_raw(
        b,
        "svg text{font-family:inherit;fill:var(--ink);font-variant-numeric:tabular-nums}\n"
        "svg .tk{fill:var(--soft)}svg .it{font-style:italic}"
        "svg .m{text-anchor:middle}svg .e{text-anchor:end}\n"
        "svg .nm{font-weight:600}svg .pale{opacity:.75}svg .nm.pale{font-weight:400;opacity:1;"
        "fill:var(--soft)}\n"
        "svg .halo{paint-order:stroke;stroke:var(--bg);stroke-width:7px;stroke-linejoin:round}\n"
        "svg a:hover text{text-decoration:underline}\n"
        ".f-wide text{font-size:14px}.f-narrow text{font-size:12px}.f-large text{font-size:14.5px}"
        ".f-small text{font-size:11.8px}\n"
        ".gr{stroke:var(--hair);stroke-width:1}.ax{stroke:var(--axis);stroke-width:1}\n"
        ".hl{stroke:var(--axis);stroke-width:1}.hl.pale{stroke:var(--hair)}\n"
        ".ch{stroke:var(--soft);stroke-width:1.2;stroke-dasharray:5 4}\n"
        ".cs,.cg,.md{fill:none;stroke-linejoin:round}\n"
        ".md{stroke:var(--d1);stroke-width:1.6;opacity:.8}\n"
        ".sh{stroke-dasharray:.1 3.5;stroke-linecap:round;stroke-width:2;opacity:1}"
        ".fc{stroke:var(--soft);stroke-width:1.4;fill:none}"
        ".ln{fill:none;stroke-width:1.8;stroke-linejoin:round}.l0{stroke:var(--d0)}"
        ".l1{stroke:var(--d1)}.l2{stroke:var(--d2)}.l3{stroke:var(--d3)}\n"
        ".cs{stroke:var(--ink);stroke-width:1.3}.cg{stroke:var(--soft);stroke-width:1.3;"
        "stroke-dasharray:2 3}\n"
        ".bd{fill:var(--band)}.iv{stroke:var(--d1);stroke-width:1;opacity:.5}\n"
        ".d0,.d1,.d2,.d3{stroke:var(--bg);stroke-width:.6}.d0{fill:var(--d0)}.d1{fill:var(--d1)}"
        ".d2{fill:var(--d2)}.d3{fill:var(--d3)}\n"
        ".p{fill:none;stroke-linecap:round;stroke-width:8}.f-small .p{stroke-width:4.4}"
        ".p0{stroke:var(--d0)}.p1{stroke:var(--d1)}.p2{stroke:var(--d2)}.p3{stroke:var(--d3)}\n"
        ".mk{stroke:var(--edge);stroke-width:1}.bar{opacity:.45}\n"
        ".v-e{fill:#d55e00}.v-c{fill:#e69f00}.v-s{fill:#cc79a7}.v-g{fill:#0072b2}"
        ".v-f{fill:#7f7f7f}.v-d{fill:#009e73}.bar.v-u{fill:#7f7f7f}.bar.v-m{fill:#d55e00}\n"
        ".mk.v-u{fill:var(--bg);stroke:var(--soft);stroke-width:1.5}\n"
        ".mk.v-m{fill:var(--bg);stroke:#d55e00;stroke-width:2.5}\n");
}

/* The shades of the table of abilities and sizes: words on them keep their contrast. */
static void heat_style(ons_buf *b)
{
    ons_html_raw(b, "#abilities h3{margin-top:40px}.heat a,#table a{text-decoration:none}"
                    ".heat a:hover,#table a:hover{text-decoration:underline}\n"
                    ".heat td,.heat th{padding:3px 8px;border:0;min-width:2.8em}"
                    ".heat td:first-child,.heat th:first-child{position:sticky;left:0;"
                    "background:var(--bg);padding-left:0;max-width:22em;overflow:hidden;"
                    "text-overflow:ellipsis}\n");
    for (int i = 1; i <= 9; i++)
        ons_buf_printf(b, ".q%d{background:rgba(63,140,200,.%02d)}", i, 7 * i);
    ons_html_raw(b, "\n");
}

/* What the script adds; and what it hides. */
static void controls_style(ons_buf *b)
{
    ons_html_raw(
        b, "[hidden]{display:none!important}\n"
           ".filters{display:flex;flex-wrap:wrap;gap:8px 10px;align-items:center;margin:16px 0 0;"
           "padding:8px 0;font-size:14px;background:var(--bg)}\n"
           ".filters input[type=search],.filters select,.filters button{font:inherit;color:inherit;"
           "background:var(--bg);border:1px solid var(--axis);border-radius:4px;padding:4px 8px;"
           "min-height:32px;max-width:100%}\n"
           ".filters select{max-width:15em}\n"
           ".filters .axes{display:flex;flex-wrap:wrap;gap:4px 12px;align-items:center}"
           ".filters label{display:inline-flex;gap:4px;align-items:center;min-height:32px}\n"
           ".filters output{color:var(--soft)}\n"
           ":focus-visible{outline:2px solid var(--link);outline-offset:2px}\n"
           "button.sort{font:inherit;color:inherit;background:none;border:0;padding:0;"
           "cursor:pointer;text-align:inherit}button.sort:hover{text-decoration:underline}\n"
           "[aria-sort] button.sort::after{content:\" ↑\"}"
           "[aria-sort=descending] button.sort::after{content:\" ↓\"}\n"
           ".hit{fill:transparent}.hot .hit,.r:hover .hit{fill:var(--band)}"
           "tr.hot td{background:var(--band)}\n"
           ".multiples a.hot figure{box-shadow:0 0 0 3px var(--bg),0 0 0 5px var(--link)}\n"
           "@media (min-width:860px) and (min-height:600px){.filters{position:sticky;top:0;"
           "z-index:1}:target{scroll-margin-top:64px}}\n"
           "@media print{.filters{display:none}}\n");
    heat_style(b);
}

static void drawing_style_dark(ons_buf *b)
{
    ons_html_raw(b, "@media screen and (prefers-color-scheme:dark){.v-g{fill:#3f9bd8}"
                    ".v-f{fill:#9a9a9a}.mk{stroke:none}}\n");
}

static void widths_style(ons_buf *b)
{
    ons_html_raw(
        b, "@media (min-width:600px){.f-narrow text{font-size:9.5px}"
           ".answers{grid-template-columns:repeat(3,1fr)}"
           ".multiples{grid-template-columns:repeat(auto-fill,minmax(200px,1fr));gap:28px 18px}"
           ".f-small text{font-size:9.5px}.f-large text{font-size:11.5px}}\n"
           "@media (min-width:860px){.two{grid-template-columns:1fr 1fr}}\n"
           "@media (min-width:1000px){.f-wide{display:block!important}"
           "svg.f-narrow{display:none!important}.two{gap:20px}}\n"
           "@media print{body{font-size:11pt}main{max-width:none;padding:0}nav,.up{display:none}"
           "section.series{break-before:page;margin-top:0}section,.multiples a{"
           "content-visibility:visible!important}figure,table,.answers{break-inside:avoid}"
           ".two{grid-template-columns:1fr 1fr}a{color:inherit;text-decoration:none}}\n");
}

void ons_page_style(ons_buf *b)
{
    colours(b);
    text_style(b);
    layout_style(b);
    drawing_style(b);
    drawing_style_dark(b);
    widths_style(b);
    controls_style(b);
}

/* Other programs do not know var(): each is replaced by its light colour. */
static void without_variables(ons_str css, ons_buf *b)
{
    static const char var[] = "var(--";
    while (css.len) {
        const char *at = strstr(css.ptr, var);
        const size_t n = at ? (size_t)(at - css.ptr) : css.len;
        ons_buf_str_add(b, (ons_str){css.ptr, n});
        if (!at) return;
        const char *name = at + sizeof var - 1;
        const size_t len = strcspn(name, ")");
        for (size_t i = 0; i < N_COLOURS; i++)
            if (ons_str_eq((ons_str){name, len}, ons_str_of(colour[i].name)))
                ons_buf_text(b, colour[i].light);
        css.len -= (size_t)(name + len + 1 - css.ptr);
        css.ptr = name + len + 1;
    }
}

void ons_figure_style(ons_buf *b)
{
    ons_buf css;
    ons_buf_init(&css, 1 << 16);
    drawing_style(&css);
    ons_html_raw(b, "<style>\nsvg{font-family:Helvetica,Arial,\"Liberation Sans\",sans-serif}\n");
    without_variables(ons_buf_str(&css), b);
    ons_html_raw(b, "</style>\n");
    ons_buf_end_part(b, &css);
}
