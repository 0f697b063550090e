/** The report: one HTML document that opens offline and holds no script. A pure function of result files. */
import type { ResultFile } from '../harness/result.js';
import { costPart } from './cost-part.js';
import { formatCount, formatTime } from './format.js';
import { growthPart } from './growth-part.js';
import { type Html, html, trustedHtml } from './html.js';
import { lossesPart } from './losses-part.js';
import { memoryPart } from './memory-part.js';
import { methodPart } from './method-part.js';
import { PAGE_STYLE } from './page-style.js';
import { drawPart, type Part } from './part.js';
import { pingPart } from './ping-part.js';
import { postgresPart } from './postgres-part.js';
import { streamsPart } from './streams-part.js';
import { fileOf } from './suites.js';
import { threadPart } from './thread-part.js';
import { tlsPart } from './tls-part.js';
import { writePart } from './write-part.js';

/** Renders a whole document from at most one result of each suite; suites without one are named as missing. */
export function renderReport(files: readonly ResultFile[]): string {
  const parts = partsOf(files);
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>landfall: measured</title>
<link rel="icon" href="data:,">
<style>${trustedHtml(PAGE_STYLE)}</style>
</head>
<body>
<header><h1>landfall, measured</h1>
<p>${headline(files)}</p>
${contents(parts)}</header>
<main>
${parts.map(drawPart)}
</main>
</body>
</html>
`;
  return page.source;
}

function partsOf(files: readonly ResultFile[]): Part[] {
  return [
    threadPart(fileOf(files, 'echo')),
    growthPart(fileOf(files, 'flood'), fileOf(files, 'connections')),
    costPart(fileOf(files, 'echo'), fileOf(files, 'flood')),
    pingPart(fileOf(files, 'ping')),
    streamsPart(fileOf(files, 'streams')),
    writePart(fileOf(files, 'write')),
    memoryPart(fileOf(files, 'memory'), fileOf(files, 'idle')),
    tlsPart(fileOf(files, 'tls')),
    postgresPart(fileOf(files, 'postgres')),
    lossesPart(files),
    methodPart(files),
  ];
}

function headline(files: readonly ResultFile[]): string {
  const times = files.map(({ startedAt }) => startedAt).sort();
  const [first, last] = [times[0], times.at(-1)];
  if (first === undefined || last === undefined) return 'Nothing has been measured yet.';
  const when = first === last ? formatTime(first) : `from ${formatTime(first)} to ${formatTime(last)}`;
  const machines = [...new Set(files.map(({ machine: { cpu, cores } }) => `${cpu}, ${formatCount(cores, 'core')}`))];
  return `Measured ${when}, on ${machines.join('; ')}. Read the ratios: another machine has other figures.`;
}

function contents(parts: readonly Part[]): Html {
  const links = parts.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`);
  return html`<nav aria-label="Contents"><ul>${links}</ul></nav>`;
}
