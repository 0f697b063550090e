import { ConnectionError } from '../errors.js';

/** `ERR_AUTH`: authentication ends here. Nothing of any statement was sent, but the next attempt would end the same. */
export function authError(problem: string, options?: { cause?: unknown }): ConnectionError {
  return new ConnectionError('ERR_AUTH', problem, false, options);
}
