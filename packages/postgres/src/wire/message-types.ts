/** The first byte of every message, by PostgreSQL's names for them. */

// From the server.
export const AUTHENTICATION = 0x52; // R
export const BACKEND_KEY_DATA = 0x4b; // K
export const BIND_COMPLETE = 0x32; // 2
export const CLOSE_COMPLETE = 0x33; // 3
export const COMMAND_COMPLETE = 0x43; // C
export const COPY_BOTH_RESPONSE = 0x57; // W
export const COPY_DATA = 0x64; // d, both ways
export const COPY_DONE = 0x63; // c, both ways
export const COPY_IN_RESPONSE = 0x47; // G
export const COPY_OUT_RESPONSE = 0x48; // H
export const DATA_ROW = 0x44; // D
export const EMPTY_QUERY_RESPONSE = 0x49; // I
export const ERROR_RESPONSE = 0x45; // E
export const NEGOTIATE_PROTOCOL_VERSION = 0x76; // v
export const NO_DATA = 0x6e; // n
export const NOTICE_RESPONSE = 0x4e; // N
export const NOTIFICATION_RESPONSE = 0x41; // A
export const PARAMETER_DESCRIPTION = 0x74; // t
export const PARAMETER_STATUS = 0x53; // S
export const PARSE_COMPLETE = 0x31; // 1
export const READY_FOR_QUERY = 0x5a; // Z
export const ROW_DESCRIPTION = 0x54; // T

// To the server.
export const BIND = 0x42; // B
export const CLOSE = 0x43; // C
export const COPY_FAIL = 0x66; // f
export const DESCRIBE = 0x44; // D
export const EXECUTE = 0x45; // E
export const PARSE = 0x50; // P
export const PASSWORD = 0x70; // p, also for SASL
export const QUERY = 0x51; // Q
export const SYNC = 0x53; // S
export const TERMINATE = 0x58; // X

/** What `ReadyForQuery` says of the transaction. */
export const STATUS_IDLE = 0x49; // I
export const STATUS_IN_TRANSACTION = 0x54; // T
export const STATUS_FAILED = 0x45; // E

/** Type byte and length. */
export const HEADER_BYTES = 5;
