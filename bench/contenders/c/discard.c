/*
 * A client of PostgreSQL that throws rows away, in C: it sends what a driver sends, and counts messages by their headers.
 * What it reaches is what the server can do. It reads only, knows neither passwords nor TLS, and asks for binary values.
 *
 *     discard --host H --port P --user U --database D --connections N --text SQL [--arg=TEXT]...
 *     discard ... --text SQL --value-bytes N
 *
 * It takes commands, one a line, and ends with its input:
 *     answer       asks once on each connection: {"event":"answered","count":ROWS} for each
 *     run MS       asks for so long on all of them, one query at a time on each:
 *                  {"event":"ran","queries":Q,"rows":R,"seconds":S,"cpuSeconds":S,"userSeconds":S}
 */
#define _DEFAULT_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { HEADER_BYTES = 5, BUFFER_BYTES = 256 << 10, ARGUMENTS = 16, CONNECTIONS = 1000, WAIT_MS = 30000 };

/* Where a connection is in what it receives: in the header of a message, or behind it. */
struct connection {
  int socket;
  size_t header_filled, body_left;
  uint8_t header[HEADER_BYTES];
  char error[200];
  size_t error_filled;
};

/* Messages that are sent as a whole. */
struct message {
  uint8_t *bytes;
  size_t length, start;
};

struct totals {
  uint64_t queries, rows;
};

static struct connection connections[CONNECTIONS];
static size_t connection_count = 1;
static const char *host = "", *user = "", *database = "", *text = "", *arguments_text[ARGUMENTS];
static uint64_t port;
static size_t argument_count;
static uint8_t buffer[BUFFER_BYTES];

static _Noreturn void fail(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vfprintf(stderr, format, arguments);
  va_end(arguments);
  fputc('\n', stderr);
  exit(1);
}

/* ---- messages to the server ------------------------------------------------------------------------------ */

static void put(struct message *message, const void *bytes, size_t length) {
  message->bytes = realloc(message->bytes, message->length + length);
  if (message->bytes == NULL) fail("no memory for a message");
  memcpy(message->bytes + message->length, bytes, length);
  message->length += length;
}

static void put_byte(struct message *message, char value) { put(message, &value, 1); }

static void put16(struct message *message, size_t value) {
  uint16_t bytes = htons((uint16_t)value);
  put(message, &bytes, sizeof bytes);
}

static void put32(struct message *message, size_t value) {
  uint32_t bytes = htonl((uint32_t)value);
  put(message, &bytes, sizeof bytes);
}

static void put_text(struct message *message, const char *value) { put(message, value, strlen(value) + 1); }

/* A type of 0 is none: the startup message. */
static void begin(struct message *message, char type) {
  if (type != 0) put_byte(message, type);
  message->start = message->length;
  put32(message, 0);
}

static void end(struct message *message) {
  uint32_t length = htonl((uint32_t)(message->length - message->start));
  memcpy(message->bytes + message->start, &length, sizeof length);
}

static struct message startup_message(void) {
  struct message message = {0};
  begin(&message, 0);
  put32(&message, 3 << 16);
  put_text(&message, "user");
  put_text(&message, user);
  put_text(&message, "database");
  put_text(&message, database);
  put_byte(&message, 0);
  end(&message);
  return message;
}

static struct message parse_message(void) {
  struct message message = {0};
  begin(&message, 'P');
  put_text(&message, "bench");
  put_text(&message, text);
  put16(&message, 0);
  end(&message);
  begin(&message, 'S');
  end(&message);
  return message;
}

/* Bind with its arguments as text and all results binary, Execute, Sync. */
static struct message query_message(void) {
  struct message message = {0};
  begin(&message, 'B');
  put_text(&message, "");
  put_text(&message, "bench");
  put16(&message, 0);
  put16(&message, argument_count);
  for (size_t i = 0; i < argument_count; i++) {
    put32(&message, strlen(arguments_text[i]));
    put(&message, arguments_text[i], strlen(arguments_text[i]));
  }
  put16(&message, 1);
  put16(&message, 1);
  end(&message);
  begin(&message, 'E');
  put_text(&message, "");
  put32(&message, 0);
  end(&message);
  begin(&message, 'S');
  end(&message);
  return message;
}

/* Questions are far shorter than what a socket takes at once. */
static void ask(struct connection *connection, struct message message) {
  ssize_t sent = send(connection->socket, message.bytes, message.length, MSG_NOSIGNAL);
  if (sent != (ssize_t)message.length) fail("sending: %s", sent < 0 ? strerror(errno) : "the socket is full");
}

/* ---- messages from the server ---------------------------------------------------------------------------- */

static size_t least(size_t left, size_t right) { return left < right ? left : right; }

/* Takes what belongs to the body of an error, for its message. */
static void keep_error(struct connection *connection, const uint8_t *body, size_t length) {
  length = least(length, sizeof connection->error - 1 - connection->error_filled);
  for (size_t i = 0; i < length; i++) connection->error[connection->error_filled++] = body[i] == 0 ? ' ' : (char)body[i];
}

/* Counts what was received; returns whether the server is ready for the next query, which it says last. */
static bool count_messages(struct connection *connection, size_t length, struct totals *totals) {
  bool is_ready = false;
  for (size_t at = 0; at < length;) {
    if (connection->header_filled < HEADER_BYTES) {
      size_t part = least(HEADER_BYTES - connection->header_filled, length - at);
      memcpy(connection->header + connection->header_filled, buffer + at, part);
      connection->header_filled += part;
      at += part;
      if (connection->header_filled < HEADER_BYTES) break;
      uint32_t size;
      memcpy(&size, connection->header + 1, sizeof size);
      connection->body_left = ntohl(size) - 4;
    }
    size_t part = least(connection->body_left, length - at);
    char type = (char)connection->header[0];
    if (type == 'E') keep_error(connection, buffer + at, part);
    if (type == 'R' && connection->body_left == part && part >= 4 && memcmp(buffer + at, "\0\0\0\0", 4) != 0)
      fail("the server asks for a password, and this client knows none");
    connection->body_left -= part;
    at += part;
    if (connection->body_left > 0) break;
    connection->header_filled = 0;
    if (type == 'E') fail("the server says: %s", connection->error);
    if (type == 'D') totals->rows++;
    if (type == 'Z') is_ready = true;
  }
  return is_ready;
}

static bool receive(struct connection *connection, struct totals *totals) {
  ssize_t received = recv(connection->socket, buffer, sizeof buffer, 0);
  if (received < 0 && errno == EINTR) return false;
  if (received <= 0) fail("receiving: %s", received < 0 ? strerror(errno) : "the server ended the connection");
  return count_messages(connection, (size_t)received, totals);
}

/* Sends a question, and waits for the whole of its answer. */
static struct totals exchange(struct connection *connection, struct message message) {
  struct totals totals = {.queries = 1};
  ask(connection, message);
  while (!receive(connection, &totals)) continue;
  return totals;
}

/* ---- connecting ------------------------------------------------------------------------------------------ */

static int connect_unix(void) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  snprintf(address.sun_path, sizeof address.sun_path, "%s/.s.PGSQL.%" PRIu64, host, port);
  int opened = socket(AF_UNIX, SOCK_STREAM, 0);
  if (opened < 0 || connect(opened, (struct sockaddr *)&address, sizeof address) < 0)
    fail("connecting to %s: %s", address.sun_path, strerror(errno));
  return opened;
}

static int connect_tcp(void) {
  char service[8];
  snprintf(service, sizeof service, "%" PRIu64, port);
  struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *found;
  int problem = getaddrinfo(host, service, &hints, &found);
  if (problem != 0) fail("%s: %s", host, gai_strerror(problem));
  int opened = -1;
  for (struct addrinfo *each = found; each != NULL && opened < 0; each = each->ai_next) {
    opened = socket(each->ai_family, SOCK_STREAM, 0);
    if (opened < 0 || connect(opened, each->ai_addr, each->ai_addrlen) == 0) continue;
    close(opened);
    opened = -1;
  }
  if (opened < 0) fail("connecting to %s, port %s: %s", host, service, strerror(errno));
  freeaddrinfo(found);
  int yes = 1;
  setsockopt(opened, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  return opened;
}

static void connect_all(void) {
  struct message startup = startup_message(), parse = parse_message();
  for (size_t i = 0; i < connection_count; i++) {
    struct connection *connection = &connections[i];
    connection->socket = host[0] == '/' ? connect_unix() : connect_tcp();
    struct timeval timeout = {.tv_sec = WAIT_MS / 1000};
    setsockopt(connection->socket, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
    exchange(connection, startup);
    exchange(connection, parse);
  }
  puts("{\"event\":\"connected\"}");
}

/* ---- the clock ------------------------------------------------------------------------------------------- */

struct clock {
  double seconds, user_seconds, system_seconds;
};

static double in_seconds(struct timeval time) { return (double)time.tv_sec + (double)time.tv_usec / 1e6; }

static struct clock clock_now(void) {
  struct timespec now;
  struct rusage usage;
  clock_gettime(CLOCK_MONOTONIC, &now);
  getrusage(RUSAGE_SELF, &usage);
  return (struct clock){.seconds = (double)now.tv_sec + (double)now.tv_nsec / 1e9,
                        .user_seconds = in_seconds(usage.ru_utime),
                        .system_seconds = in_seconds(usage.ru_stime)};
}

/* ---- commands -------------------------------------------------------------------------------------------- */

static void answer(struct message query) {
  for (size_t i = 0; i < connection_count; i++)
    printf("{\"event\":\"answered\",\"count\":%" PRIu64 "}\n", exchange(&connections[i], query).rows);
}

static void run(struct message query, double seconds) {
  struct pollfd waiting[CONNECTIONS];
  struct totals totals = {0};
  struct clock start = clock_now(), now = start;
  for (size_t i = 0; i < connection_count; i++) {
    waiting[i] = (struct pollfd){.fd = connections[i].socket, .events = POLLIN};
    ask(&connections[i], query);
  }
  for (size_t asking = connection_count; asking > 0;) {
    if (poll(waiting, connection_count, WAIT_MS) <= 0) fail("nothing came within %d ms", WAIT_MS);
    for (size_t i = 0; i < connection_count; i++) {
      if ((waiting[i].revents & (POLLIN | POLLHUP | POLLERR)) == 0 || !receive(&connections[i], &totals)) continue;
      totals.queries++;
      now = clock_now();
      if (now.seconds - start.seconds < seconds) ask(&connections[i], query);
      else asking--;
    }
  }
  double user = now.user_seconds - start.user_seconds, system = now.system_seconds - start.system_seconds;
  printf("{\"event\":\"ran\",\"queries\":%" PRIu64 ",\"rows\":%" PRIu64 ",\"seconds\":%.9f,\"cpuSeconds\":%.6f,"
         "\"userSeconds\":%.6f}\n",
         totals.queries, totals.rows, now.seconds - start.seconds, user + system, user);
}

static _Noreturn void usage(void) {
  fputs("usage: discard --host H --port P --user U --database D --connections N --text SQL [--arg=TEXT]...\n"
        "       discard version\n", stderr);
  exit(2);
}

static uint64_t number(const char *digits, uint64_t limit) {
  char *rest;
  errno = 0;
  uint64_t value = strtoull(digits, &rest, 10);
  if (errno != 0 || *rest != '\0' || digits[0] < '0' || digits[0] > '9' || value > limit) usage();
  return value;
}

static void read_options(int count, char **words) {
  for (int i = 1; i < count; i++) {
    const char *name = words[i];
    if (strncmp(name, "--arg=", 6) == 0) {
      if (argument_count == ARGUMENTS) fail("more than %d arguments", ARGUMENTS);
      arguments_text[argument_count++] = name + 6;
      continue;
    }
    if (++i == count) usage();
    const char *value = words[i];
    if (strcmp(name, "--host") == 0) host = value;
    else if (strcmp(name, "--port") == 0) port = number(value, UINT16_MAX);
    else if (strcmp(name, "--user") == 0) user = value;
    else if (strcmp(name, "--database") == 0) database = value;
    else if (strcmp(name, "--connections") == 0) connection_count = (size_t)number(value, CONNECTIONS);
    else if (strcmp(name, "--text") == 0) text = value;
    else if (strcmp(name, "--value-bytes") == 0) number(value, UINT32_MAX); /* counted like any other row */
    else usage();
  }
}

int main(int count, char **words) {
  if (count == 2 && strcmp(words[1], "version") == 0) return puts("cc " __VERSION__) < 0;
  read_options(count, words);
  if (connection_count == 0 || text[0] == '\0') usage();
  setvbuf(stdout, NULL, _IOLBF, 0);
  connect_all();
  struct message query = query_message();
  char line[64];
  while (fgets(line, sizeof line, stdin) != NULL) {
    unsigned milliseconds;
    if (strcmp(line, "answer\n") == 0) answer(query);
    else if (sscanf(line, "run %u\n", &milliseconds) == 1) run(query, milliseconds / 1000.0);
    else fail("unknown command: %s", line);
  }
  return 0;
}
