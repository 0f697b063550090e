/** The page's look: one column on a phone, two columns of plots on a wide screen, light and dark. */

/** Goes into the page's `style` element. */
export const PAGE_STYLE = `
:root {
  color-scheme: light dark;
  --paper: #ffffff; --ink: #1c2330; --faint-ink: #667085; --rule: #e3e7ee; --shade: #f5f7fa;
  --landfall: #1d6fd8; --node: #6aa84f; --peer: #a3acba;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #12161d; --ink: #e4e8ef; --faint-ink: #98a2b3; --rule: #2b323d; --shade: #1a202a;
    --landfall: #5b9df5; --node: #7fbf63; --peer: #68727f;
  }
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem 1rem 4rem; max-width: 68rem; background: var(--paper); color: var(--ink);
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 0 0 .75rem; }
section { margin-top: 4rem; }
h2 { font-size: 1.15rem; margin: 2.5rem 0 .5rem; }
p, li { max-width: 46rem; }
.faint, caption { color: var(--faint-ink); font-size: .9rem; }
.notice { border-left: 4px solid var(--landfall); background: var(--shade); padding: .6rem .9rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .92rem; }
caption { text-align: left; padding-bottom: .4rem; }
th, td { text-align: right; padding: .32rem .7rem; border-bottom: 1px solid var(--rule); white-space: nowrap; }
th { font-weight: 600; vertical-align: bottom; }
th:first-child, td:first-child, .text { text-align: left; }
td.then, th.then { border-left: 1px solid var(--rule); color: var(--faint-ink); }
.plots { display: grid; gap: 1.5rem 2.5rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 25rem), 1fr)); }
figure { margin: 0; }
figcaption { font-weight: 600; }
figcaption small { display: block; font-weight: 400; color: var(--faint-ink); font-size: .85rem; line-height: 1.35; }
svg { display: block; width: 100%; height: auto; margin-top: .4rem; font-family: inherit; }
.key { display: inline-block; width: .8em; height: .8em; border-radius: 2px; margin: 0 .35em 0 .9em; }
.key:first-child { margin-left: 0; }
@media (max-width: 30rem) {
  th, td { padding: .3rem .4rem; font-size: .82rem; }
  th, td.then { white-space: normal; }
}
code { font: .92em ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; white-space: pre-wrap; overflow-wrap: anywhere; }
summary { cursor: pointer; margin: 1rem 0 .5rem; }
`;
