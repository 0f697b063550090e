/*
 * The echo contender in C: blocking sockets, receives of at most 64 KiB, sends of at most 1 MiB.
 *
 * A frame is a u64 little-endian length and the payload. The server keeps a frame with its header in one
 * buffer per connection, reused for every frame, and sends it back from there once it is whole; it receives
 * nothing meanwhile, so the buffer never changes under a send. The buffer is address space for the largest
 * frame allowed: the kernel gives it pages as bytes arrive, whatever length a peer declares.
 * Roles, arguments and the JSON lines are described in bench/README.md.
 */
#define _DEFAULT_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#ifndef MAP_NORESERVE
#define MAP_NORESERVE 0
#endif

enum { HEADER_BYTES = 8, RECEIVE_BYTES = 64 << 10, SEND_BYTES = 1 << 20 };

static atomic_ullong bytes_received;
static atomic_ullong bytes_copied;
static atomic_ullong receives;
static atomic_ullong writes;
static uint64_t max_frame_bytes;

static _Noreturn void fail(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vfprintf(stderr, format, arguments);
  va_end(arguments);
  fputc('\n', stderr);
  exit(1);
}

/* ---- frames on a socket ---------------------------------------------------------------------------------- */

static void put_length(uint8_t *at, uint64_t length) {
  for (int i = 0; i < HEADER_BYTES; i++) at[i] = (uint8_t)(length >> (8 * i));
}

static uint64_t get_length(const uint8_t *at) {
  uint64_t length = 0;
  for (int i = 0; i < HEADER_BYTES; i++) length |= (uint64_t)at[i] << (8 * i);
  return length;
}

/* Receives once, at most `limit` bytes. 0 is the peer's end, -1 an error. */
static ssize_t receive(int socket, uint8_t *into, size_t limit) {
  ssize_t count;
  do count = recv(socket, into, limit < RECEIVE_BYTES ? limit : RECEIVE_BYTES, 0);
  while (count < 0 && errno == EINTR);
  if (count > 0) atomic_fetch_add_explicit(&bytes_received, (unsigned long long)count, memory_order_relaxed);
  if (count > 0) atomic_fetch_add_explicit(&receives, 1, memory_order_relaxed);
  return count;
}

static bool send_all(int socket, const uint8_t *from, size_t size) {
  while (size > 0) {
    ssize_t count = send(socket, from, size < SEND_BYTES ? size : SEND_BYTES, 0);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return false;
    atomic_fetch_add_explicit(&writes, 1, memory_order_relaxed);
    from += count;
    size -= (size_t)count;
  }
  return true;
}

static uint8_t *map_memory(size_t size) {
  void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON | MAP_NORESERVE, -1, 0);
  return memory == MAP_FAILED ? NULL : memory;
}

static void no_delay(int socket) {
  int on = 1;
  setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

static struct sockaddr_in loopback(uint16_t port) {
  return (struct sockaddr_in){
      .sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
}

static void print_stats(void) {
  printf("{\"event\":\"stats\",\"bytesReceived\":%llu,\"bytesCopied\":%llu,\"receives\":%llu,\"writes\":%llu}\n",
         atomic_load(&bytes_received), atomic_load(&bytes_copied), atomic_load(&receives), atomic_load(&writes));
}

/* ---- server ---------------------------------------------------------------------------------------------- */

/*
 * buffer: | whole frames, to be sent back at once | the begin of the next one |
 *         0                                     whole                     filled
 * Small frames come in one receive and leave in one send. Inside a frame larger than a receive nothing behind
 * it is received, so only the begin of a small frame is ever moved to the front.
 */
static void echo_frames(int socket, uint8_t *buffer) {
  size_t filled = 0;
  for (;;) {
    size_t whole = 0;
    size_t wanted = HEADER_BYTES;
    bool oversize = false;
    while (filled - whole >= HEADER_BYTES) {
      uint64_t length = get_length(buffer + whole);
      oversize = length > max_frame_bytes;
      if (oversize) fprintf(stderr, "frame of %" PRIu64 " bytes is over the limit of %" PRIu64 "\n", length, max_frame_bytes);
      if (oversize) break;
      wanted = HEADER_BYTES + (size_t)length;
      if (filled - whole < wanted) break;
      whole += wanted;
      wanted = HEADER_BYTES;
    }
    if (whole > 0) {
      if (!send_all(socket, buffer, whole)) return;
      filled -= whole;
      memmove(buffer, buffer + whole, filled);
      atomic_fetch_add_explicit(&bytes_copied, filled, memory_order_relaxed);
    }
    if (oversize) return;
    size_t end = wanted < RECEIVE_BYTES ? RECEIVE_BYTES : wanted;
    ssize_t count = receive(socket, buffer + filled, end - filled);
    if (count <= 0) return;
    filled += (size_t)count;
  }
}

static void *serve_connection(void *argument) {
  int socket = (int)(intptr_t)argument;
  size_t size = HEADER_BYTES + (size_t)max_frame_bytes + RECEIVE_BYTES;
  uint8_t *buffer = map_memory(size);
  no_delay(socket);
  if (buffer == NULL) fprintf(stderr, "no memory for a connection: %s\n", strerror(errno));
  if (buffer != NULL) {
    echo_frames(socket, buffer);
    munmap(buffer, size);
  }
  close(socket);
  return NULL;
}

static void *accept_connections(void *argument) {
  int listener = (int)(intptr_t)argument;
  for (;;) {
    int socket = accept(listener, NULL, NULL);
    if (socket < 0 && (errno == EINTR || errno == ECONNABORTED)) continue;
    if (socket < 0) fail("accept: %s", strerror(errno));
    pthread_t thread;
    int error = pthread_create(&thread, NULL, serve_connection, (void *)(intptr_t)socket);
    if (error != 0) fail("a thread for a connection: %s", strerror(error));
    pthread_detach(thread);
  }
}

static int serve(uint16_t port) {
  int listener = socket(AF_INET, SOCK_STREAM, 0);
  int on = 1;
  struct sockaddr_in address = loopback(port);
  socklen_t size = sizeof address;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (listener < 0 || bind(listener, (struct sockaddr *)&address, size) < 0 || listen(listener, SOMAXCONN) < 0 ||
      getsockname(listener, (struct sockaddr *)&address, &size) < 0)
    fail("listening on port %u: %s", port, strerror(errno));
  pthread_t acceptor;
  int error = pthread_create(&acceptor, NULL, accept_connections, (void *)(intptr_t)listener);
  if (error != 0) fail("a thread to accept: %s", strerror(error));
  printf("{\"event\":\"listening\",\"port\":%u}\n", ntohs(address.sin_port));
  char line[64];
  while (fgets(line, sizeof line, stdin) != NULL)
    if (strcmp(line, "stats\n") == 0) print_stats();
  return 0;
}

/* ---- client ---------------------------------------------------------------------------------------------- */

struct client {
  int socket;
  size_t frame_bytes;
  uint8_t *question; /* header and payload as sent */
  uint8_t *answer;   /* header and payload as received */
  uint64_t frame;    /* number of the frame in flight, over all commands */
};

static void fill_randomly(uint8_t *at, size_t size, uint64_t seed) {
  uint64_t state = (seed + 1) * UINT64_C(0x9E3779B97F4A7C15);
  for (size_t i = 0; i < size; i += 8) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    memcpy(at + i, &state, size - i < 8 ? size - i : 8);
  }
}

/* Compares [start, start + size) of the answer's payload with what was sent. */
static void check(const struct client *client, size_t start, size_t size) {
  const uint8_t *sent = client->question + HEADER_BYTES;
  const uint8_t *got = client->answer + HEADER_BYTES;
  if (memcmp(sent + start, got + start, size) == 0) return;
  while (sent[start] == got[start]) start++;
  fail("byte %zu of frame %" PRIu64 " is 0x%02x, expected 0x%02x", start, client->frame, got[start], sent[start]);
}

/* One frame there and back: the answer is whole and has the right length, its bytes are not looked at yet. */
static void exchange(const struct client *client) {
  size_t size = HEADER_BYTES + client->frame_bytes;
  if (!send_all(client->socket, client->question, size))
    fail("sending frame %" PRIu64 ": %s", client->frame, strerror(errno));
  for (size_t filled = 0; filled < size;) {
    ssize_t count = receive(client->socket, client->answer + filled, size - filled);
    if (count <= 0)
      fail("the answer to frame %" PRIu64 " ended before byte %zu of %zu: %s", client->frame, filled, size,
           count < 0 ? strerror(errno) : "end of stream");
    bool had_header = filled >= HEADER_BYTES;
    filled += (size_t)count;
    if (had_header || filled < HEADER_BYTES) continue;
    uint64_t length = get_length(client->answer);
    if (length != client->frame_bytes)
      fail("the answer to frame %" PRIu64 " is %" PRIu64 " bytes long, expected %zu", client->frame, length,
           client->frame_bytes);
  }
}

static void verify(struct client *client, uint64_t frames) {
  for (uint64_t i = 0; i < frames; i++, client->frame++) {
    fill_randomly(client->question + HEADER_BYTES, client->frame_bytes, client->frame);
    exchange(client);
    check(client, 0, client->frame_bytes);
  }
  printf("{\"event\":\"verified\",\"frames\":%" PRIu64 "}\n", frames);
}

static double seconds_now(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void run(struct client *client, uint64_t frames) {
  size_t stamp_bytes = client->frame_bytes < 4 ? client->frame_bytes : 4;
  size_t last = client->frame_bytes - stamp_bytes;
  size_t places[] = {0, last / 2, last};
  double start = seconds_now();
  for (uint64_t i = 0; i < frames; i++, client->frame++) {
    for (size_t place = 0; place < 3; place++)
      for (size_t byte = 0; byte < stamp_bytes; byte++)
        client->question[HEADER_BYTES + places[place] + byte] = (uint8_t)(client->frame >> (8 * byte));
    exchange(client);
    for (size_t place = 0; place < 3; place++) check(client, places[place], stamp_bytes);
  }
  printf("{\"event\":\"ran\",\"frames\":%" PRIu64 ",\"seconds\":%.9f}\n", frames, seconds_now() - start);
  if (frames > 0) {
    client->frame--;
    check(client, 0, client->frame_bytes);
    client->frame++;
  }
  printf("{\"event\":\"checked\"}\n");
}

static double seconds_between(struct timespec start, struct timespec end) {
  return (double)(end.tv_sec - start.tv_sec) + (double)(end.tv_nsec - start.tv_nsec) / 1e9;
}

/* One frame after the other, each timed by itself, and every byte of each answer compared between two of them. */
static void ping(struct client *client, uint64_t frames) {
  uint32_t *nanos = calloc(frames, sizeof *nanos);
  if (nanos == NULL) fail("no memory for the times of %" PRIu64 " frames", frames);
  double seconds = 0;
  for (uint64_t i = 0; i < frames; i++, client->frame++) {
    struct timespec start, end;
    if (client->frame_bytes >= sizeof client->frame)
      memcpy(client->question + HEADER_BYTES, &client->frame, sizeof client->frame);
    clock_gettime(CLOCK_MONOTONIC, &start);
    exchange(client);
    clock_gettime(CLOCK_MONOTONIC, &end);
    double took = seconds_between(start, end);
    nanos[i] = took < 4 ? (uint32_t)(took * 1e9) : UINT32_MAX;
    seconds += took;
    check(client, 0, client->frame_bytes);
  }
  printf("{\"event\":\"pinged\",\"frames\":%" PRIu64 ",\"seconds\":%.9f,\"nanos\":[", frames, seconds);
  for (uint64_t i = 0; i < frames; i++) printf(i == 0 ? "%" PRIu32 : ",%" PRIu32, nanos[i]);
  printf("]}\n");
  free(nanos);
}

static int drive(uint16_t port, size_t frame_bytes) {
  struct sockaddr_in address = loopback(port);
  struct client client = {.socket = socket(AF_INET, SOCK_STREAM, 0), .frame_bytes = frame_bytes};
  client.question = map_memory(HEADER_BYTES + frame_bytes);
  client.answer = map_memory(HEADER_BYTES + frame_bytes);
  if (client.question == NULL || client.answer == NULL) fail("no memory for two frames of %zu bytes", frame_bytes);
  if (client.socket < 0 || connect(client.socket, (struct sockaddr *)&address, sizeof address) < 0)
    fail("connecting to port %u: %s", port, strerror(errno));
  no_delay(client.socket);
  put_length(client.question, frame_bytes);
  fill_randomly(client.question + HEADER_BYTES, frame_bytes, 0); /* here, so that a run costs no time of its own */
  printf("{\"event\":\"connected\"}\n");
  char line[64];
  uint64_t frames;
  while (fgets(line, sizeof line, stdin) != NULL && strcmp(line, "quit\n") != 0) {
    if (sscanf(line, "verify %" SCNu64, &frames) == 1) verify(&client, frames);
    else if (sscanf(line, "run %" SCNu64, &frames) == 1) run(&client, frames);
    else if (sscanf(line, "ping %" SCNu64, &frames) == 1) ping(&client, frames);
    else if (strcmp(line, "stats\n") == 0) print_stats();
    else fail("unknown command: %s", line);
  }
  close(client.socket);
  return 0;
}

/* ---- command line ---------------------------------------------------------------------------------------- */

static _Noreturn void usage(void) {
  fputs("usage: echo server --port P --prefix u64le --max-frame-bytes N\n"
        "       echo client --port P --prefix u64le --frame-bytes N --max-frame-bytes M\n"
        "       echo version\n", stderr);
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
  uint64_t port = 0, frame_bytes = 0;
  const uint64_t address_limit = SIZE_MAX / 4;
  if (count < 2 || count % 2 != 0) usage();
  if (strcmp(arguments[1], "version") == 0) return puts("cc " __VERSION__) < 0;
  for (int i = 2; i < count; i += 2) {
    const char *name = arguments[i], *value = arguments[i + 1];
    if (strcmp(name, "--port") == 0) port = number(value, UINT16_MAX);
    else if (strcmp(name, "--frame-bytes") == 0) frame_bytes = number(value, address_limit);
    else if (strcmp(name, "--max-frame-bytes") == 0) max_frame_bytes = number(value, address_limit);
    else if (strcmp(name, "--prefix") != 0 || strcmp(value, "u64le") != 0) usage();
  }
  if (frame_bytes > max_frame_bytes) fail("frames of %" PRIu64 " bytes are over the limit of %" PRIu64, frame_bytes, max_frame_bytes);
  signal(SIGPIPE, SIG_IGN);
  setvbuf(stdout, NULL, _IOLBF, 0);
  if (strcmp(arguments[1], "server") == 0) return serve((uint16_t)port);
  if (strcmp(arguments[1], "client") == 0) return drive((uint16_t)port, (size_t)frame_bytes);
  usage();
}
