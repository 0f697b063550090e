/** The public names of `@landfall/postgres`. */
export { Connection } from './connection/connection.js';
export { connect } from './connection/connect.js';
