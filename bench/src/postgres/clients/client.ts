/** What a Node row of the PostgreSQL suite has to say for itself: how it does each kind of task. */
import type { Copies } from '../../harness/copies.js';
import type { Place } from '../place.js';
import type { Task } from '../query.js';

/** One connection. */
export interface Client {
  /** Resolves to the rows of a query, each an object. */
  rows(text: string, args: readonly unknown[]): Promise<readonly object[]>;
  /** Resolves when all rows are in the table. */
  copy(text: string, rows: readonly (readonly unknown[])[]): Promise<void>;
  /** Resolves when the statement has run with each of the rows, in one transaction. */
  batch(text: string, rows: readonly (readonly unknown[])[]): Promise<void>;
  close(): Promise<void>;
  /** What it has received and copied since it was opened, where it knows. */
  copies?(): Copies;
}

/** Connects, for one task. */
export type OpenClient = (place: Place, task: Task) => Promise<Client>;
