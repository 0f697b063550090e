/** Parts of results that no test is about. */
import type { Machine, Method, Work } from '../harness/result.js';

/** A machine that is nobody's. */
export const MADE_MACHINE: Machine = {
  cpu: 'A processor',
  cores: 2,
  memoryBytes: 8e9,
  system: 'Linux 6.1.0',
  architecture: 'x64',
  node: '20.20.2',
  landfall: '0.1.0',
  commit: null,
};

/** Of a row that can tell nothing of itself. */
export const UNKNOWN_WORK: Work = {
  userCpuShare: null,
  receivesPerFrame: null,
  writesPerFrame: null,
  collectionsPerGB: null,
  collectionMsPerGB: null,
};

/** How nothing was measured. */
export const MADE_METHOD: Method = {
  order: 'By turns.',
  warmUp: 'None.',
  clock: 'From the start to the end.',
  figures: 'Medians.',
  verified: 'By hand.',
  usage: "The process's own.",
};
