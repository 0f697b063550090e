import { PostgresClientError } from '../errors.js';

/** `ERR_CONFIG`. The problem must not quote a password, nor anything that a URL cut wrongly could have put there. */
export function configError(problem: string, options?: { cause?: unknown }): PostgresClientError {
  return new PostgresClientError('ERR_CONFIG', problem, options);
}
