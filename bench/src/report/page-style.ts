/** The page's look: one column on a phone, columns of plots on a wide screen, light and dark. */

/** Goes into the page's `style` element. The colours are Okabe and Ito's, darkened or lightened for contrast. */
export const PAGE_STYLE = `
:root {
  color-scheme: light dark;
  --paper: #ffffff; --ink: #1c2330; --faint-ink: #5d6675; --rule: #e3e7ee; --shade: #f4f7fb;
  --landfall: #0072b2; --node: #d98200; --peer: #aab2bf;
  --line-1: #c05a00; --line-2: #00805c; --line-3: #a8487f; --line-4: #6b7280;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #12161d; --ink: #e4e8ef; --faint-ink: #9aa5b5; --rule: #2b323d; --shade: #1a212c;
    --landfall: #56b4e9; --node: #e69f00; --peer: #66707f;
    --line-1: #e8923a; --line-2: #35c496; --line-3: #dd8fbb; --line-4: #a0a9b6;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body { margin: 0 auto; padding: 1.5rem 1rem 4rem; max-width: 76rem; background: var(--paper); color: var(--ink);
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
h1 { font-size: 1.8rem; line-height: 1.2; margin: 0 0 .75rem; }
section { margin-top: 3.5rem; border-top: 1px solid var(--rule); padding-top: 1.25rem; }
h2 { font-size: 1.4rem; line-height: 1.25; margin: 0 0 .75rem; }
h3 { font-size: 1.05rem; margin: 2rem 0 .5rem; }
p, li { max-width: 46rem; overflow-wrap: anywhere; }
a { color: var(--landfall); }
nav ul, ul.key { list-style: none; padding: 0; margin: .75rem 0; display: flex; flex-wrap: wrap; gap: .3rem 1.1rem; }
ul.key { font-size: .85rem; color: var(--faint-ink); margin: .35rem 0; }
ul.key strong { color: var(--ink); }
.swatch { display: inline-block; width: .8em; height: .8em; border-radius: 2px; margin-right: .4em; }
.faint, caption { color: var(--faint-ink); font-size: .9rem; }
.notice { border-left: 4px solid var(--node); background: var(--shade); padding: .6rem .9rem; }
.scroll { overflow-x: auto; max-width: 100%; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .9rem; }
caption { text-align: left; padding-bottom: .4rem; }
th, td { text-align: right; padding: .3rem .6rem; border-bottom: 1px solid var(--rule); white-space: nowrap; }
thead th { font-weight: 600; vertical-align: bottom; }
tbody th { font-weight: 400; }
th:first-child, .words { text-align: left; }
td.words { white-space: normal; min-width: 9rem; max-width: 32rem; }
th small, td small { display: block; color: var(--faint-ink); font-weight: 400; font-size: .8rem; }
.thread th { white-space: normal; }
.thread td { vertical-align: top; }
tr.ours { background: var(--shade); }
tr.ours th, tr.ours td { font-weight: 700; }
td.then, th.then { color: var(--faint-ink); }
.plots { display: grid; gap: 2rem 2.5rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 22rem), 1fr)); margin-top: .75rem; }
figure { margin: 0; min-width: 0; max-width: 30rem; }
figcaption { font-weight: 600; line-height: 1.3; }
figcaption small { display: block; font-weight: 400; color: var(--faint-ink); font-size: .85rem; line-height: 1.35; margin-top: .15rem; }
svg { display: block; width: 100%; height: auto; margin-top: .4rem; font-family: inherit; }
code { font: .92em ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; white-space: pre-wrap; overflow-wrap: anywhere; }
details { margin: .4rem 0; }
summary { cursor: pointer; font-size: .88rem; color: var(--faint-ink); padding: .2rem 0; }
@media (max-width: 30rem) {
  th, td { padding: .3rem .4rem; font-size: .85rem; }
}
`;
