/** The public names of `@landfall/postgres`. */
export type {
  ChannelBinding,
  PasswordSource,
  PostgresOptions,
  PostgresTlsOptions,
  SslMode,
  SslNegotiation,
} from './config/options.js';
export { type ConnectOptions, connect } from './connection/connect.js';
export type { Connection, ConnectionStats } from './connection/connection.js';
export type { CopyFromOptions } from './connection/copy-from.js';
export type { BatchEntry } from './connection/many.js';
export type {
  Isolation,
  Queryable,
  QueryOptions,
  RepeatableOptions,
  Row,
  Transaction,
  TransactionBody,
  TransactionOptions,
} from './connection/queryable.js';
export type { RowSource } from './connection/row-source.js';
export type { RunOptions } from './connection/statements.js';
export {
  type ClientErrorCode,
  ConnectionError,
  DecodeError,
  EncodeError,
  PostgresClientError,
  ProtocolError,
} from './errors.js';
export { createPool } from './pool/create-pool.js';
export type { Pool } from './pool/pool.js';
export type { PoolLimits, PoolOptions, Reset } from './pool/pool-options.js';
export type { PoolStats } from './pool/pool-stats.js';
export type { PooledConnection } from './pool/pooled-connection.js';
export type { Columns, ResultInfo, Rows } from './session/results.js';
export type { RowMode } from './session/row-shape.js';
export type { ColumnValues, NumberArray } from './types/column-values.js';
export type { TypeOptions } from './types/type-options.js';
export type { Column } from './wire/backend-messages.js';
export { PostgresError } from './wire/server-error.js';
export type { ServerMessage } from './wire/server-message.js';
export {
  CardinalityViolationError,
  CaseNotFoundError,
  ConfigurationFileError,
  DataError,
  DependentPrivilegeDescriptorsError,
  DiagnosticsError,
  ExternalRoutineError,
  ExternalRoutineInvocationError,
  FeatureNotSupportedError,
  ForeignDataError,
  InsufficientResourcesError,
  IntegrityConstraintViolationError,
  InvalidAuthorizationError,
  InvalidCatalogNameError,
  InvalidCursorNameError,
  InvalidCursorStateError,
  InvalidGrantorError,
  InvalidRoleSpecificationError,
  InvalidSchemaNameError,
  InvalidStatementNameError,
  InvalidTransactionInitiationError,
  InvalidTransactionStateError,
  InvalidTransactionTerminationError,
  LocatorError,
  NoDataError,
  ObjectNotInPrerequisiteStateError,
  OperatorInterventionError,
  PlpgsqlError,
  ProgramLimitExceededError,
  SavepointError,
  ServerConnectionError,
  ServerInternalError,
  ServerSystemError,
  SnapshotError,
  SqlRoutineError,
  StatementNotYetCompleteError,
  SyntaxOrAccessError,
  TransactionRollbackError,
  TriggeredActionError,
  TriggeredDataChangeViolationError,
  WarningRaisedError,
  WithCheckOptionViolationError,
  XQueryError,
} from './wire/sqlstate-classes.js';
