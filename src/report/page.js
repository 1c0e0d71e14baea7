'use strict';
// What the page can do beyond reading: filters, search, sorting, one axis at a time, and a series
// that lights up in map and panels together. Everything stands in the page without this script; it
// makes its own controls, keeps nothing and asks for nothing.
(function () {
const $ = (css, from) => Array.from((from || document).querySelectorAll(css));
const make = (tag, attributes, ...inside) => {
  const e = document.createElement(tag);
  for (const k in attributes) e.setAttribute(k, attributes[k]);
  e.append(...inside);
  return e;
};

// A series is its section and whatever links to it: rows of maps and tables, panels.
const series = new Map();
for (const section of $('section[data-t]')) {
  const d = section.dataset;
  series.set(section.id, {section, places: [], on: true, values: [d.f, d.t, d.m, d.p, d.v],
    axis: d.a, group: section.closest('details.group'), text: (section.querySelector('h3').textContent + ' ' + d.f + ' ' + d.m).toLowerCase()});
}
for (const link of $('a[href^="#series-"]')) {
  const s = series.get(link.getAttribute('href').slice(1));
  if (s) s.places.push(link.closest('g.r, tr') || link);
}
if (!series.size) return;

// Maps close their gaps: rows below a hidden one move up, the foot too.
const maps = $('g.rows').map(g => ({svg: g.closest('svg'), row: Array.from(g.children),
  step: +g.dataset.h, foot: g.parentNode.querySelector('g.foot'),
  box: g.closest('svg').getAttribute('viewBox').split(' ').map(Number)}));
const closeGaps = map => {
  let gone = 0;
  for (const r of map.row) {
    if (r.hasAttribute('hidden')) gone++;
    else r.setAttribute('transform', 'translate(0 ' + -gone * map.step + ')');
  }
  if (map.foot) map.foot.setAttribute('transform', 'translate(0 ' + -gone * map.step + ')');
  map.svg.setAttribute('viewBox', '0 0 ' + map.box[2] + ' ' + (map.box[3] - gone * map.step));
};

// ---- filters ----
const names = ['family', 'task', 'metric', 'prompt', 'verdict'];
const bar = make('div', {class: 'filters', role: 'search', 'aria-label': 'filter the series'});
const search = make('input', {type: 'search', 'aria-label': 'search by name', placeholder: 'search'});
bar.append(search);
const selects = names.map((name, k) => {
  const values = Array.from(new Set(Array.from(series.values(), s => s.values[k]))).sort();
  if (values.length < 2) return null;
  const select = make('select', {'aria-label': name}, make('option', {value: ''}, 'every ' + name));
  for (const v of values) select.append(make('option', {value: '=' + v}, v || '(none)'));
  bar.append(select);
  return select;
});
const axes = Array.from(new Set(Array.from(series.values(), s => s.axis)));
let axis = null; // null: all of them
const parts = $('[data-by]');
if (parts.length && axes.length > 1) {
  const group = make('span', {class: 'axes', role: 'radiogroup', 'aria-label': 'axis'}, 'by');
  axis = axes[0];
  for (const a of axes.concat('all')) {
    const radio = make('input', {type: 'radio', name: 'axis', value: a});
    radio.checked = a === axis;
    radio.addEventListener('change', () => { axis = a === 'all' ? null : a; apply(); });
    group.append(make('label', {}, radio, a));
  }
  bar.append(group);
}
const groups = $('details.group'), few = 200;
const count = make('output', {'aria-live': 'polite'});
const reset = make('button', {type: 'button'}, 'reset');
bar.append(count, reset);
document.querySelector('nav').after(bar);

const show = (e, on) => { if (e.hasAttribute('hidden') === on) e.toggleAttribute('hidden', !on); };
function apply() {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  let n = 0, all = 0;
  for (const s of series.values()) {
    const there = axis === null || !parts.length || s.axis === axis;
    s.on = there && selects.every((x, k) => !x || !x.value || x.value.slice(1) === s.values[k]) &&
      words.every(w => s.text.includes(w));
    all += there;
    n += s.on;
    show(s.section, s.on);
    for (const p of s.places) show(p, s.on);
  }
  const open = new Set();
  for (const s of series.values()) if (s.on && s.group) open.add(s.group);
  for (const g of groups) {
    show(g, open.has(g));
    if (n < all && n <= few && open.has(g)) g.open = true;
  }
  for (const p of parts) show(p, axis === null || p.dataset.by === axis);
  maps.forEach(closeGaps);
  count.textContent = n === all ? all + ' series' : n + ' of ' + all + ' series';
}
function clear() {
  search.value = '';
  for (const x of selects) if (x) x.value = '';
  apply();
}
search.addEventListener('input', apply);
for (const x of selects) if (x) x.addEventListener('change', apply);
reset.addEventListener('click', clear);

// ---- links: what is linked to is shown, whatever the filters say ----
let lit = null;
function light(id) {
  if (lit === id) return;
  for (const [key, on] of [[lit, false], [id, true]]) {
    const s = series.get(key);
    if (s) for (const p of s.places) p.classList.toggle('hot', on);
  }
  lit = id;
}
const target = () => decodeURIComponent(location.hash.slice(1));
function follow() {
  const s = series.get(target());
  if (!s) return;
  const seen = s.on;
  if (!seen) {
    if (axis !== null && axis !== s.axis) {
      axis = s.axis;
      for (const r of $('input[name=axis]', bar)) r.checked = r.value === axis;
    }
    clear();
  }
  if (s.group) s.group.open = true;
  if (s.group || !seen) s.section.scrollIntoView();
  light(target());
}
addEventListener('hashchange', follow);
const under = e => {
  const place = e.target.closest && e.target.closest('g.r, tr, a[href^="#series-"], section[data-t]');
  if (!place) return null;
  if (series.has(place.id)) return place.id;
  const link = place.matches('a') ? place : place.querySelector('a[href^="#series-"]');
  return link ? link.getAttribute('href').slice(1) : null;
};
for (const kind of ['mouseover', 'focusin']) addEventListener(kind, e => light(under(e) || target()));

// ---- tables: a click on a heading sorts ----
const raised = '⁰¹²³⁴⁵⁶⁷⁸⁹', suffix = {k: 1e3, M: 1e6, B: 1e9, T: 1e12};
const power = t => +t.replace('⁻', '-').replace(/[⁰-⁹¹²³]/g, c => raised.indexOf(c));
// "28,160", "1.3 B", "1.3×10²²", "10²²", "< .0001", "−2.3 nats", "95 %": null is no number.
function value(text) {
  const m = /^[<>≈]?\s*([−-]?[\d,]*\.?\d+)(?:×10)?(⁻?[⁰-⁹¹²³]+)?\s*([kMBT](?![a-z]))?(?![\w-])/.exec(text);
  if (!m) return null;
  const n = +m[1].replace('−', '-').replace(/,/g, '');
  return (m[2] ? (text.includes('×') ? n * Math.pow(10, power(m[2])) : Math.pow(n, power(m[2]))) : n) *
    (suffix[m[3]] || 1);
}
function sort(th) {
  const table = th.closest('table'), body = table.tBodies[0], k = th.cellIndex;
  const down = th.getAttribute('aria-sort') === 'ascending';
  const cells = Array.from(body.rows, r => {
    const text = r.cells[k] ? r.cells[k].textContent.trim() : '';
    return {r, text, n: value(text), none: text === '' || text === '–'};
  });
  const numbers = cells.every(c => c.none || c.n !== null);
  const order = (a, b) => numbers ? a.n - b.n : a.text.localeCompare(b.text, 'en', {numeric: true});
  cells.sort((a, b) => a.none - b.none || (a.none ? 0 : down ? order(b, a) : order(a, b)));
  for (const h of $('th', table)) h.removeAttribute('aria-sort');
  th.setAttribute('aria-sort', down ? 'descending' : 'ascending');
  body.append(...cells.map(c => c.r));
}
const ready = table => {
  for (const th of $('thead th', table)) {
    const button = make('button', {type: 'button', class: 'sort'}, ...th.childNodes);
    button.addEventListener('click', () => sort(th));
    th.append(button);
  }
};
// Thousands of tables are made ready when they come near.
if (window.IntersectionObserver) {
  const near = new IntersectionObserver(seen => {
    for (const e of seen) if (e.isIntersecting) { near.unobserve(e.target); ready(e.target); }
  }, {rootMargin: '600px'});
  for (const table of $('table')) near.observe(table);
} else $('table').forEach(ready);

apply();
follow();
})();
