/*
 * Many connections to one echo server, in C: each keeps one small frame on its way. Linux only, for epoll.
 *
 * A frame is a u64 little-endian length and the payload, which begins with the number of its connection and of the frame,
 * eight bytes each as far as they fit, and goes on with noise. Every byte of every answer is compared.
 *
 *     swarm --port P --frame-bytes N --connections N
 *
 * It takes commands, one a line, and ends with its input:
 *     connect      opens all connections, each of which echoes a frame: {"event":"connected","connections":N}
 *     run MS       echoes for so long on all of them: {"event":"ran","frames":F,"seconds":S}
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { HEADER_BYTES = 8, STAMP_BYTES = 16, EVENTS = 256, OPENED_AT_A_TIME = 100, WAIT_MS = 30000 };

/* A connection whose answer fills `answer` from the front. */
struct connection {
  int socket;
  uint64_t number, frame;
  size_t filled;
  uint8_t *answer;
};

static struct connection *connections;
static size_t connection_count, frame_bytes;
static uint8_t *question; /* header and payload, stamped anew for each frame */
static int poller;

static _Noreturn void fail(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vfprintf(stderr, format, arguments);
  va_end(arguments);
  fputc('\n', stderr);
  exit(1);
}

static void *memory_of(size_t size) {
  void *memory = calloc(1, size);
  if (memory == NULL) fail("no memory for %zu bytes", size);
  return memory;
}

static double seconds_now(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* ---- one connection -------------------------------------------------------------------------------------- */

static void stamp(const struct connection *connection) {
  uint64_t numbers[] = {connection->number, connection->frame};
  memcpy(question + HEADER_BYTES, numbers, frame_bytes < STAMP_BYTES ? frame_bytes : STAMP_BYTES);
}

/* A frame is small, and nothing of this connection is on its way: the system takes it whole. */
static void ask(struct connection *connection) {
  stamp(connection);
  connection->filled = 0;
  size_t size = HEADER_BYTES + frame_bytes;
  ssize_t sent = send(connection->socket, question, size, 0);
  if (sent != (ssize_t)size) fail("sending on connection %" PRIu64 ": %s", connection->number, strerror(errno));
}

/* Receives once. True when the answer is whole; it is right then. */
static bool answered(struct connection *connection) {
  size_t size = HEADER_BYTES + frame_bytes;
  ssize_t count = recv(connection->socket, connection->answer + connection->filled, size - connection->filled, 0);
  if (count < 0 && errno == EINTR) return false;
  if (count <= 0)
    fail("connection %" PRIu64 " ended before the answer to frame %" PRIu64 ": %s", connection->number,
         connection->frame, count < 0 ? strerror(errno) : "end of stream");
  connection->filled += (size_t)count;
  if (connection->filled < size) return false;
  stamp(connection);
  if (memcmp(question, connection->answer, size) != 0)
    fail("the answer to frame %" PRIu64 " of connection %" PRIu64 " is not what was sent", connection->frame,
         connection->number);
  connection->frame++;
  return true;
}

static void open_connection(struct connection *connection, uint64_t number, uint16_t port) {
  struct sockaddr_in address = {
      .sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
  struct epoll_event event = {.events = EPOLLIN, .data = {.ptr = connection}};
  int on = 1;
  connection->number = number;
  connection->answer = memory_of(HEADER_BYTES + frame_bytes);
  connection->socket = socket(AF_INET, SOCK_STREAM, 0);
  if (connection->socket < 0 || connect(connection->socket, (struct sockaddr *)&address, sizeof address) < 0 ||
      epoll_ctl(poller, EPOLL_CTL_ADD, connection->socket, &event) < 0)
    fail("opening connection %" PRIu64 ": %s", number, strerror(errno));
  setsockopt(connection->socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

/* ---- all of them ----------------------------------------------------------------------------------------- */

/* Takes `waiting` answers. Until `until` each answer is followed by the next frame. Returns how many frames came back. */
static uint64_t exchange(size_t waiting, double until) {
  struct epoll_event events[EVENTS];
  uint64_t frames = 0;
  while (waiting > 0) {
    int ready = epoll_wait(poller, events, EVENTS, WAIT_MS);
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) fail("%zu answers did not come within %d s", waiting, WAIT_MS / 1000);
    bool goes_on = seconds_now() < until;
    for (int i = 0; i < ready; i++) {
      struct connection *connection = events[i].data.ptr;
      if (!answered(connection)) continue;
      frames++;
      if (goes_on) ask(connection);
      else waiting--;
    }
  }
  return frames;
}

/* A hundred at a time, so that the queue of the server never overflows. */
static void open_all(uint16_t port) {
  for (size_t opened = 0; opened < connection_count;) {
    size_t next = connection_count - opened < OPENED_AT_A_TIME ? connection_count - opened : OPENED_AT_A_TIME;
    for (size_t i = opened; i < opened + next; i++) open_connection(&connections[i], i, port);
    for (size_t i = opened; i < opened + next; i++) ask(&connections[i]);
    exchange(next, 0);
    opened += next;
  }
  printf("{\"event\":\"connected\",\"connections\":%zu}\n", connection_count);
}

static void run(uint64_t milliseconds) {
  double start = seconds_now();
  for (size_t i = 0; i < connection_count; i++) ask(&connections[i]);
  uint64_t frames = exchange(connection_count, start + (double)milliseconds / 1000);
  printf("{\"event\":\"ran\",\"frames\":%" PRIu64 ",\"seconds\":%.9f}\n", frames, seconds_now() - start);
}

/* ---- command line ---------------------------------------------------------------------------------------- */

static _Noreturn void usage(void) {
  fputs("usage: swarm --port P --frame-bytes N --connections N\n       swarm version\n", stderr);
  exit(2);
}

static uint64_t number(const char *text, uint64_t limit) {
  char *end;
  errno = 0;
  uint64_t value = strtoull(text, &end, 10);
  if (errno != 0 || *end != '\0' || text[0] < '0' || text[0] > '9' || value > limit) usage();
  return value;
}

int main(int count, char **arguments) {
  uint64_t port = 0;
  if (count == 2 && strcmp(arguments[1], "version") == 0) return puts("cc " __VERSION__) < 0;
  if (count % 2 != 1) usage();
  for (int i = 1; i < count; i += 2) {
    const char *name = arguments[i], *value = arguments[i + 1];
    if (strcmp(name, "--port") == 0) port = number(value, UINT16_MAX);
    else if (strcmp(name, "--frame-bytes") == 0) frame_bytes = (size_t)number(value, 64 << 10);
    else if (strcmp(name, "--connections") == 0) connection_count = (size_t)number(value, 1 << 20);
    else usage();
  }
  if (port == 0 || connection_count == 0) usage();
  signal(SIGPIPE, SIG_IGN);
  setvbuf(stdout, NULL, _IOLBF, 0);
  struct rlimit files;
  if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
  }
  poller = epoll_create1(0);
  connections = memory_of(connection_count * sizeof *connections);
  question = memory_of(HEADER_BYTES + frame_bytes);
  for (size_t i = 0; i < HEADER_BYTES; i++) question[i] = (uint8_t)(frame_bytes >> (8 * i));
  for (size_t i = 0; i < frame_bytes; i++) question[HEADER_BYTES + i] = (uint8_t)(i * 131 >> 4);
  char line[64];
  uint64_t milliseconds;
  while (fgets(line, sizeof line, stdin) != NULL) {
    if (strcmp(line, "connect\n") == 0) open_all((uint16_t)port);
    else if (sscanf(line, "run %" SCNu64, &milliseconds) == 1) run(milliseconds);
    else fail("unknown command: %s", line);
  }
  return 0;
}
