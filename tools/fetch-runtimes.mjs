// @ts-check
// Fetches runtimes from npm into `.nodes/`, and says as one JSON array where they are:
//
//     node tools/fetch-runtimes.mjs bun deno                  fetches what is not there
//     node tools/fetch-runtimes.mjs --installed bun deno      only those that are there
import { fileURLToPath } from 'node:url';
import { fetchRuntime, isFetched } from './runtimes/fetch.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

const words = process.argv.slice(2);
const isOnlyInstalled = words.includes('--installed');
const wanted = words.filter((word) => word !== '--installed' && (!isOnlyInstalled || isFetched(word, root)));
const runtimes = [];
for (const name of wanted) runtimes.push(await fetchRuntime(name, root));
console.log(JSON.stringify(runtimes));
