/**
 * One error class for each class of SQLSTATE, the first two characters, in the order of PostgreSQL's appendix A.
 *
 * Class 00, success, has none. What belongs to no class here is a plain `PostgresError`.
 */
import { PostgresError } from './server-error.js';
import type { ServerMessage } from './server-message.js';

/** 01: a warning that was raised as an error. */
export class WarningRaisedError extends PostgresError {
  override name = 'WarningRaisedError';
}

/** 02: there is no data where there must be some. */
export class NoDataError extends PostgresError {
  override name = 'NoDataError';
}

/** 03: a statement has not come to its end yet. */
export class StatementNotYetCompleteError extends PostgresError {
  override name = 'StatementNotYetCompleteError';
}

/** 08: a connection that the server has a part in failed: to the client, or to another server. */
export class ServerConnectionError extends PostgresError {
  override name = 'ServerConnectionError';
}

/** 09: an action of a trigger failed. */
export class TriggeredActionError extends PostgresError {
  override name = 'TriggeredActionError';
}

/** 0A: the server cannot do that; also a cached plan whose result type has changed. */
export class FeatureNotSupportedError extends PostgresError {
  override name = 'FeatureNotSupportedError';
}

/** 0B: a transaction cannot begin here. */
export class InvalidTransactionInitiationError extends PostgresError {
  override name = 'InvalidTransactionInitiationError';
}

/** 0F: a locator is not valid. */
export class LocatorError extends PostgresError {
  override name = 'LocatorError';
}

/** 0L: rights cannot be granted by this role. */
export class InvalidGrantorError extends PostgresError {
  override name = 'InvalidGrantorError';
}

/** 0P: a role cannot be used here. */
export class InvalidRoleSpecificationError extends PostgresError {
  override name = 'InvalidRoleSpecificationError';
}

/** 0Z: diagnostics were asked for where there are none. */
export class DiagnosticsError extends PostgresError {
  override name = 'DiagnosticsError';
}

/** 10: an argument is not one for XQuery. */
export class XQueryError extends PostgresError {
  override name = 'XQueryError';
}

/** 20: a CASE statement has no branch for the value. */
export class CaseNotFoundError extends PostgresError {
  override name = 'CaseNotFoundError';
}

/** 21: more rows, or fewer, than there may be, such as from a subquery used as a value. */
export class CardinalityViolationError extends PostgresError {
  override name = 'CardinalityViolationError';
}

/** 22: a value is wrong: out of range, not to be read as its type, division by zero. */
export class DataError extends PostgresError {
  override name = 'DataError';
}

/** 23: a constraint was violated: `constraint`, `table` and `column` say which. */
export class IntegrityConstraintViolationError extends PostgresError {
  override name = 'IntegrityConstraintViolationError';
}

/** 24: a cursor is not in a state for that. */
export class InvalidCursorStateError extends PostgresError {
  override name = 'InvalidCursorStateError';
}

/** 25: a transaction is not in a state for that: failed, read-only, or none at all. */
export class InvalidTransactionStateError extends PostgresError {
  override name = 'InvalidTransactionStateError';
}

/** 26: there is no prepared statement of that name. */
export class InvalidStatementNameError extends PostgresError {
  override name = 'InvalidStatementNameError';
}

/** 27: a trigger has changed what the statement was about to change. */
export class TriggeredDataChangeViolationError extends PostgresError {
  override name = 'TriggeredDataChangeViolationError';
}

/** 28: the user may not connect: unknown, wrong password, or not allowed from here. */
export class InvalidAuthorizationError extends PostgresError {
  override name = 'InvalidAuthorizationError';
}

/** 2B: other rights or objects still depend on it. */
export class DependentPrivilegeDescriptorsError extends PostgresError {
  override name = 'DependentPrivilegeDescriptorsError';
}

/** 2D: a transaction cannot end here. */
export class InvalidTransactionTerminationError extends PostgresError {
  override name = 'InvalidTransactionTerminationError';
}

/** 2F: a routine in SQL did what it may not. */
export class SqlRoutineError extends PostgresError {
  override name = 'SqlRoutineError';
}

/** 34: there is no cursor of that name. */
export class InvalidCursorNameError extends PostgresError {
  override name = 'InvalidCursorNameError';
}

/** 38: a routine in another language did what it may not. */
export class ExternalRoutineError extends PostgresError {
  override name = 'ExternalRoutineError';
}

/** 39: a routine in another language was called wrongly, or returned what it may not. */
export class ExternalRoutineInvocationError extends PostgresError {
  override name = 'ExternalRoutineInvocationError';
}

/** 3B: there is no such savepoint. */
export class SavepointError extends PostgresError {
  override name = 'SavepointError';
}

/** 3D: there is no such database. */
export class InvalidCatalogNameError extends PostgresError {
  override name = 'InvalidCatalogNameError';
}

/** 3F: there is no such schema. */
export class InvalidSchemaNameError extends PostgresError {
  override name = 'InvalidSchemaNameError';
}

/** 40: the transaction was rolled back: `isRetryable` says whether it is worth another try. */
export class TransactionRollbackError extends PostgresError {
  override name = 'TransactionRollbackError';
}

/** 42: the statement is wrong, names what is not there, or is not allowed. */
export class SyntaxOrAccessError extends PostgresError {
  override name = 'SyntaxOrAccessError';
}

/** 44: a row does not belong to the view that it was written through. */
export class WithCheckOptionViolationError extends PostgresError {
  override name = 'WithCheckOptionViolationError';
}

/** 53: the server has run out of connections, memory or disk space. */
export class InsufficientResourcesError extends PostgresError {
  override name = 'InsufficientResourcesError';
}

/** 54: something is larger or more complex than the server can do. */
export class ProgramLimitExceededError extends PostgresError {
  override name = 'ProgramLimitExceededError';
}

/** 55: an object is not in a state for that: in use, or locked. */
export class ObjectNotInPrerequisiteStateError extends PostgresError {
  override name = 'ObjectNotInPrerequisiteStateError';
}

/** 57: somebody cancelled the statement, ended the connection or shut the server down. */
export class OperatorInterventionError extends PostgresError {
  override name = 'OperatorInterventionError';
}

/** 58: something outside PostgreSQL failed, such as a file. */
export class ServerSystemError extends PostgresError {
  override name = 'ServerSystemError';
}

/** 72: what a snapshot shows is not there any more. */
export class SnapshotError extends PostgresError {
  override name = 'SnapshotError';
}

/** F0: a file of the server's configuration is wrong. */
export class ConfigurationFileError extends PostgresError {
  override name = 'ConfigurationFileError';
}

/** HV: foreign data could not be had. */
export class ForeignDataError extends PostgresError {
  override name = 'ForeignDataError';
}

/** P0: a function in PL/pgSQL raised it. */
export class PlpgsqlError extends PostgresError {
  override name = 'PlpgsqlError';
}

/** XX: the server has a bug, or its data is damaged. */
export class ServerInternalError extends PostgresError {
  override name = 'ServerInternalError';
}

const CLASSES: ReadonlyMap<string, typeof PostgresError> = new Map<string, typeof PostgresError>([
  ['01', WarningRaisedError],
  ['02', NoDataError],
  ['03', StatementNotYetCompleteError],
  ['08', ServerConnectionError],
  ['09', TriggeredActionError],
  ['0A', FeatureNotSupportedError],
  ['0B', InvalidTransactionInitiationError],
  ['0F', LocatorError],
  ['0L', InvalidGrantorError],
  ['0P', InvalidRoleSpecificationError],
  ['0Z', DiagnosticsError],
  ['10', XQueryError],
  ['20', CaseNotFoundError],
  ['21', CardinalityViolationError],
  ['22', DataError],
  ['23', IntegrityConstraintViolationError],
  ['24', InvalidCursorStateError],
  ['25', InvalidTransactionStateError],
  ['26', InvalidStatementNameError],
  ['27', TriggeredDataChangeViolationError],
  ['28', InvalidAuthorizationError],
  ['2B', DependentPrivilegeDescriptorsError],
  ['2D', InvalidTransactionTerminationError],
  ['2F', SqlRoutineError],
  ['34', InvalidCursorNameError],
  ['38', ExternalRoutineError],
  ['39', ExternalRoutineInvocationError],
  ['3B', SavepointError],
  ['3D', InvalidCatalogNameError],
  ['3F', InvalidSchemaNameError],
  ['40', TransactionRollbackError],
  ['42', SyntaxOrAccessError],
  ['44', WithCheckOptionViolationError],
  ['53', InsufficientResourcesError],
  ['54', ProgramLimitExceededError],
  ['55', ObjectNotInPrerequisiteStateError],
  ['57', OperatorInterventionError],
  ['58', ServerSystemError],
  ['72', SnapshotError],
  ['F0', ConfigurationFileError],
  ['HV', ForeignDataError],
  ['P0', PlpgsqlError],
  ['XX', ServerInternalError],
]);

/** Makes the error of what a server said, of the class that its SQLSTATE belongs to. */
export function serverError(said: ServerMessage): PostgresError {
  const ErrorClass = CLASSES.get(said.sqlstate.slice(0, 2)) ?? PostgresError;
  return new ErrorClass(said);
}
