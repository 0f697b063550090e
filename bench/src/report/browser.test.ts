import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { CHROMIUM_REMEDY, findChromium } from '../testing/find-chromium.js';
import { madeFiles } from '../testing/made-files.js';
import { renderReport } from './report.js';

const DEADLINE_MS = 30_000;
const SCREENS = [
  { name: 'a phone', width: 390, height: 844 },
  { name: 'a wide screen', width: 1400, height: 900 },
];
/** Without a sandbox, for root; and nothing that asks the network by itself. */
const FLAGS = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
];

const executablePath = findChromium();
const isUnattended = process.env['CI'] === 'true';

it('a browser is there where tests run unattended', { skip: !isUnattended && 'only with CI=true' }, () => {
  assert.ok(executablePath !== undefined, `with CI=true the report is opened in Chromium: ${CHROMIUM_REMEDY}`);
});

const skip = executablePath === undefined && `NOT TESTED in a browser: no Chromium here; ${CHROMIUM_REMEDY}`;
if (skip !== false) console.error(`the report was ${skip}`);

describe('the report in a browser', { skip }, () => {
  let folder: string;
  let browser: Browser;
  let address: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'landfall-report-'));
    const path = join(folder, 'report.html');
    await writeFile(path, renderReport(madeFiles()));
    address = pathToFileURL(path).href;
    browser = await chromium.launch({ executablePath: `${executablePath}`, args: FLAGS, timeout: DEADLINE_MS });
  });

  after(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  for (const { name, width, height } of SCREENS) {
    for (const colorScheme of ['light', 'dark'] as const) {
      it(`opens on ${name}, ${colorScheme}: nothing is asked for, nothing fails, nothing sticks out`, async () => {
        const context = await browser.newContext({ viewport: { width, height }, colorScheme });
        try {
          const page = await context.newPage();
          page.setDefaultTimeout(DEADLINE_MS);
          const complaints = complaintsOf(page, address);
          await page.goto(address);
          assert.deepEqual(await seenOn(page), { overflowPx: 0, isDark: colorScheme === 'dark', bad: [] });
          await page.evaluate(`for (const each of document.querySelectorAll('details')) each.open = true`);
          assert.equal((await seenOn(page)).overflowPx, 0, 'with every table open');
          assert.deepEqual(complaints, []);
        } finally {
          await context.close();
        }
      });
    }
  }
});

/** Every request but the page itself, everything on the console, every error: gathered while the page lives. */
function complaintsOf(page: Page, address: string): string[] {
  const complaints: string[] = [];
  page.on('request', (request) => {
    if (request.url() !== address && !request.url().startsWith('data:')) complaints.push(`asks for ${request.url()}`);
  });
  page.on('console', (message) => complaints.push(`says ${message.text()}`));
  page.on('pageerror', (error) => complaints.push(`throws ${error.message}`));
  return complaints;
}

interface Seen {
  /** By how much the page is wider than the screen. */
  overflowPx: number;
  isDark: boolean;
  /** Pictures that are not there, hold no text, or have text too small to read or outside of themselves. */
  bad: string[];
}

/** What the page measures of itself; as text, for it runs in the browser, whose globals Node's types do not know. */
async function seenOn(page: Page): Promise<Seen> {
  return page.evaluate(`(() => {
    const leastTextPx = 10;
    const root = document.documentElement;
    const [red] = getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number);
    const pictures = [...document.querySelectorAll('figure svg')];
    const fault = (svg) => {
      const outer = svg.getBoundingClientRect();
      const texts = [...svg.querySelectorAll('text')].map((text) => text.getBoundingClientRect());
      if (outer.width < 200 || texts.length === 0) return 'is empty';
      if (texts.some(({ height }) => height < leastTextPx)) return 'has tiny text';
      if (texts.some(({ left, right }) => left < outer.left - 1 || right > outer.right + 1)) return 'has text cut off';
      return '';
    };
    const faults = pictures.map((svg) => [svg.getAttribute('aria-label'), fault(svg)]);
    return {
      overflowPx: root.scrollWidth - root.clientWidth,
      isDark: red < 128,
      bad: pictures.length === 0 ? ['there is no picture'] : faults.filter(([, why]) => why !== '').map((each) => each.join(' ')),
    };
  })()`);
}
