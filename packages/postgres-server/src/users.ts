/** Who may log in to a server, and how: a user for every way that PostgreSQL has. */

/** Every user's, where one is asked for. As awkward as a password may be in a URL. */
export const PASSWORD = 'not a secret: 100%';

/**
 * The users of a server, all of them superusers.
 *
 * - `landfall` and `scram` log in by SCRAM-SHA-256, `md5` by MD5, `cleartext` by the password itself;
 * - `trusted` is asked for nothing;
 * - `encrypted` neither, over TLS; `unencrypted` over TCP without it. Elsewhere they are refused.
 */
export type UserName = 'landfall' | 'trusted' | 'scram' | 'md5' | 'cleartext' | 'encrypted' | 'unencrypted';

/** How a user logs in, and the kinds of line in `pg_hba.conf` that let it in. */
interface Access {
  readonly method: 'trust' | 'scram-sha-256' | 'md5' | 'password';
  /** `host` is TCP with and without TLS, `hostssl` with it alone, `hostnossl` without it. */
  readonly over: readonly ('local' | 'host' | 'hostssl' | 'hostnossl')[];
}

const EVERYWHERE = ['local', 'host'] as const;

const ACCESS: Readonly<Record<UserName, Access>> = {
  landfall: { method: 'scram-sha-256', over: EVERYWHERE },
  trusted: { method: 'trust', over: EVERYWHERE },
  scram: { method: 'scram-sha-256', over: EVERYWHERE },
  md5: { method: 'md5', over: EVERYWHERE },
  cleartext: { method: 'password', over: EVERYWHERE },
  encrypted: { method: 'trust', over: ['hostssl'] },
  unencrypted: { method: 'trust', over: ['hostnossl'] },
};

/** The user that initdb makes. */
export const FIRST_USER: UserName = 'landfall';

/** All of them. */
export const USER_NAMES: readonly UserName[] = Object.keys(ACCESS) as UserName[];

/** Makes all but the first; one statement in a line. */
export function usersSql(): string {
  const rows = USER_NAMES.filter((name) => name !== FIRST_USER).map((name) => {
    const encryption = ACCESS[name].method === 'md5' ? 'md5' : 'scram-sha-256';
    const role = `CREATE ROLE ${name} LOGIN SUPERUSER PASSWORD '${PASSWORD}'`;
    return `SET password_encryption = '${encryption}'\n${role}\n`;
  });
  return rows.join('');
}

/** The whole of `pg_hba.conf`. */
export function hostBasedAccess(): string {
  const lines = USER_NAMES.flatMap((name) => {
    const { method, over } = ACCESS[name];
    return over.map((kind) => `${kind} all ${name} ${kind === 'local' ? '' : '127.0.0.1/32 '}${method}\n`);
  });
  return lines.join('');
}
