/** The public names of `@landfall/postgres`. */

export { connect } from './connection/connect.js';
export { Connection } from './connection/connection.js';
