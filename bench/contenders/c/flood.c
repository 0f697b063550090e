/*
 * Small frames in one direction, in C: a sender that costs as little as it can, and a receiver to compare others with.
 *
 * A frame is a u32 big-endian length and the payload. The sender prepares a chunk of whole frames and sends it again and
 * again. The receiver counts a frame when the whole of it is in its buffer, and looks at headers only:
 *
 *     buffer: | counted frames | the start of the next one | room, which the next receive fills |
 *             0                at                       filled                                size
 *
 * After each receive the start of the next frame is moved to the front.
 * Roles, arguments and the JSON lines are described in bench/README.md.
 */
#define _DEFAULT_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { HEADER_BYTES = 4, BUFFER_BYTES = 256 << 10, PAGE_BYTES = 4 << 10, CHUNK_BYTES = 1 << 20 };
enum { MIXED_FRAMES = 20000, MIXED_FRAMES_PER_LARGE = 1000, MIXED_SMALL_BYTES = 16, MIXED_LARGE_BYTES = 4 << 10 };

static _Noreturn void fail(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vfprintf(stderr, format, arguments);
  va_end(arguments);
  fputc('\n', stderr);
  /* Not exit(): it would flush what the main thread may be printing, a second time. */
  _exit(1);
}

static struct sockaddr_in loopback(uint16_t port) {
  return (struct sockaddr_in){
      .sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
}

/* At most `size` bytes; 0 is the peer's end. */
static size_t receive(int socket, uint8_t *into, size_t size) {
  for (;;) {
    ssize_t count = recv(socket, into, size, 0);
    if (count >= 0) return (size_t)count;
    if (errno != EINTR) fail("receiving: %s", strerror(errno));
  }
}

/* ---- the clock ------------------------------------------------------------------------------------------- */

struct clock {
  double seconds, cpu_seconds, user_seconds;
};

static double in_seconds(struct timeval time) { return (double)time.tv_sec + (double)time.tv_usec / 1e6; }

/* Of the wall, and of this process: user and system time so far. */
static struct clock clock_now(void) {
  struct timespec now;
  struct rusage usage;
  clock_gettime(CLOCK_MONOTONIC, &now);
  getrusage(RUSAGE_SELF, &usage);
  return (struct clock){.seconds = (double)now.tv_sec + (double)now.tv_nsec / 1e9,
                        .cpu_seconds = in_seconds(usage.ru_utime) + in_seconds(usage.ru_stime),
                        .user_seconds = in_seconds(usage.ru_utime)};
}

/* ---- receiver -------------------------------------------------------------------------------------------- */

struct count {
  uint64_t frames, payload_bytes, bytes_received, bytes_copied, receives;
};

/* Counts until the sender ends. A buffer that is too small for a frame grows to its size. */
static struct count count_frames(int socket, size_t max_frame_bytes) {
  struct count count = {0};
  size_t size = BUFFER_BYTES, filled = 0;
  uint8_t *buffer = malloc(size);
  if (buffer == NULL) fail("no memory for a buffer of %zu bytes", size);
  for (size_t received; (received = receive(socket, buffer + filled, size - filled)) > 0;) {
    count.bytes_received += received;
    count.receives++;
    filled += received;
    size_t at = 0, whole = 0;
    uint64_t frames = 0, payload_bytes = 0;
    while (filled - at >= HEADER_BYTES) {
      uint32_t header;
      memcpy(&header, buffer + at, HEADER_BYTES);
      size_t length = ntohl(header);
      if (length > max_frame_bytes) fail("a frame of %zu bytes is over the limit of %zu", length, max_frame_bytes);
      whole = HEADER_BYTES + length;
      if (filled - at < whole) break;
      at += whole;
      frames++;
      payload_bytes += length;
    }
    count.frames += frames;
    count.payload_bytes += payload_bytes;
    filled -= at;
    if (at > 0) {
      memmove(buffer, buffer + at, filled);
      count.bytes_copied += filled;
    }
    if (whole > size) {
      buffer = realloc(buffer, size = whole);
      if (buffer == NULL) fail("no memory for a frame of %zu bytes", whole);
    }
  }
  if (filled > 0) fail("after %" PRIu64 " whole frames: the sender ended inside a frame", count.frames);
  free(buffer);
  return count;
}

struct receiver {
  int listener;
  size_t max_frame_bytes;
};

/* Takes one connection. It is closed once everything is counted: so the sender knows. */
static void *count_connection(void *argument) {
  struct receiver *receiver = argument;
  int socket = accept(receiver->listener, NULL, NULL);
  if (socket < 0) fail("accept: %s", strerror(errno));
  struct clock start = clock_now();
  struct count count = count_frames(socket, receiver->max_frame_bytes);
  struct clock end = clock_now();
  close(socket);
  printf("{\"event\":\"received\",\"frames\":%" PRIu64 ",\"bytes\":%" PRIu64 ",\"seconds\":%.9f,\"cpuSeconds\":%.6f,"
         "\"userSeconds\":%.6f,\"bytesReceived\":%" PRIu64 ",\"bytesCopied\":%" PRIu64 ",\"receives\":%" PRIu64 "}\n",
         count.frames, count.payload_bytes, end.seconds - start.seconds, end.cpu_seconds - start.cpu_seconds,
         end.user_seconds - start.user_seconds, count.bytes_received, count.bytes_copied, count.receives);
  return NULL;
}

static int serve(uint16_t port, size_t max_frame_bytes) {
  struct receiver receiver = {.listener = socket(AF_INET, SOCK_STREAM, 0), .max_frame_bytes = max_frame_bytes};
  int on = 1;
  struct sockaddr_in address = loopback(port);
  socklen_t size = sizeof address;
  setsockopt(receiver.listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (receiver.listener < 0 || bind(receiver.listener, (struct sockaddr *)&address, size) < 0 ||
      listen(receiver.listener, 1) < 0 || getsockname(receiver.listener, (struct sockaddr *)&address, &size) < 0)
    fail("listening on port %u: %s", port, strerror(errno));
  pthread_t thread;
  int error = pthread_create(&thread, NULL, count_connection, &receiver);
  if (error != 0) fail("a thread to receive: %s", strerror(error));
  printf("{\"event\":\"listening\",\"port\":%u}\n", ntohs(address.sin_port));
  while (getchar() != EOF) continue; /* it ends when its input does, whatever it is waiting for */
  return 0;
}

/* ---- sender ---------------------------------------------------------------------------------------------- */

/* Whole frames, from the start of a page on: sending from there costs a good deal less. */
struct chunk {
  uint8_t *bytes;
  size_t frames;
  size_t *ends; /* of each frame, in bytes from the chunk's start */
};

/*
 * The size of a frame of the mix: of 1,000 frames 999 are from 16 bytes to 4 kB, and one from 4 kB to `most`, each
 * doubling of the size as likely as the next.
 */
static size_t mixed_size(uint64_t *state, size_t most) {
  *state ^= *state << 13;
  *state ^= *state >> 7;
  *state ^= *state << 17;
  bool is_large = *state % MIXED_FRAMES_PER_LARGE == 0;
  unsigned doublings = 0;
  size_t least = is_large ? MIXED_LARGE_BYTES : MIXED_SMALL_BYTES;
  size_t limit = is_large ? most : MIXED_LARGE_BYTES;
  while (least << (doublings + 1) <= limit) doublings++;
  size_t low = least << ((*state >> 16) % (doublings > 0 ? doublings : 1));
  size_t size = low + (size_t)((*state >> 32) % low);
  return size < most ? size : most;
}

static struct chunk make_chunk(size_t frame_bytes, size_t frames, bool is_mixed) {
  struct chunk chunk = {.frames = frames, .ends = calloc(frames, sizeof *chunk.ends)};
  if (chunk.ends == NULL) fail("no memory for %zu frames", frames);
  uint64_t state = UINT64_C(0x9E3779B97F4A7C15);
  size_t size = 0;
  for (size_t i = 0; i < frames; i++)
    chunk.ends[i] = size += HEADER_BYTES + (is_mixed ? mixed_size(&state, frame_bytes) : frame_bytes);
  void *memory;
  if (posix_memalign(&memory, PAGE_BYTES, size) != 0) fail("no memory for %zu bytes", size);
  chunk.bytes = memory;
  for (size_t i = 0; i < size; i++) chunk.bytes[i] = (uint8_t)(i * 131 >> 4);
  for (size_t i = 0, start = 0; i < frames; start = chunk.ends[i++]) {
    uint32_t header = htonl((uint32_t)(chunk.ends[i] - start - HEADER_BYTES));
    memcpy(chunk.bytes + start, &header, HEADER_BYTES);
  }
  return chunk;
}

static void send_all(int socket, const uint8_t *from, size_t size) {
  while (size > 0) {
    ssize_t count = send(socket, from, size, 0);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail("sending: %s", strerror(errno));
    from += count;
    size -= (size_t)count;
  }
}

struct flood {
  uint16_t port;
  size_t frame_bytes;
  bool is_mixed;
  uint64_t frames;
  double seconds; /* 0: as many as `frames` say */
};

/* Sends; then ends its side and waits for the receiver's end. */
static int send_flood(struct flood flood) {
  size_t whole = HEADER_BYTES + flood.frame_bytes;
  size_t chunk_frames = flood.is_mixed ? MIXED_FRAMES : whole < CHUNK_BYTES ? CHUNK_BYTES / whole : 1;
  struct chunk chunk = make_chunk(flood.frame_bytes, chunk_frames, flood.is_mixed);
  struct sockaddr_in address = loopback(flood.port);
  int socket_to = socket(AF_INET, SOCK_STREAM, 0);
  if (socket_to < 0 || connect(socket_to, (struct sockaddr *)&address, sizeof address) < 0)
    fail("connecting to port %u: %s", flood.port, strerror(errno));
  struct clock start = clock_now();
  uint64_t sent = 0, payload_bytes = 0;
  while (sent < flood.frames && (flood.seconds == 0 || clock_now().seconds - start.seconds < flood.seconds)) {
    size_t next = flood.frames - sent < chunk.frames ? (size_t)(flood.frames - sent) : chunk.frames;
    send_all(socket_to, chunk.bytes, chunk.ends[next - 1]);
    sent += next;
    payload_bytes += chunk.ends[next - 1] - next * HEADER_BYTES;
  }
  shutdown(socket_to, SHUT_WR);
  uint8_t rest;
  if (receive(socket_to, &rest, sizeof rest) > 0) fail("the receiver sent something");
  printf("{\"event\":\"sent\",\"frames\":%" PRIu64 ",\"bytes\":%" PRIu64 "}\n", sent, payload_bytes);
  return 0;
}

/* ---- command line ---------------------------------------------------------------------------------------- */

static _Noreturn void usage(void) {
  fputs("usage: flood receive --port P --max-frame-bytes N\n"
        "       flood send --port P --frame-bytes N|--mixed-to N --frames N|--milliseconds N\n"
        "       flood version\n", stderr);
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
  uint64_t port = 0, frame_bytes = 0, mixed_to = 0, max_frame_bytes = UINT32_MAX, frames = UINT64_MAX, milliseconds = 0;
  if (count < 2 || count % 2 != 0) usage();
  if (strcmp(arguments[1], "version") == 0) return puts("cc " __VERSION__) < 0;
  for (int i = 2; i < count; i += 2) {
    const char *name = arguments[i], *value = arguments[i + 1];
    if (strcmp(name, "--port") == 0) port = number(value, UINT16_MAX);
    else if (strcmp(name, "--frame-bytes") == 0) frame_bytes = number(value, UINT32_MAX);
    else if (strcmp(name, "--mixed-to") == 0) mixed_to = number(value, UINT32_MAX);
    else if (strcmp(name, "--max-frame-bytes") == 0) max_frame_bytes = number(value, UINT32_MAX);
    else if (strcmp(name, "--frames") == 0) frames = number(value, UINT64_MAX);
    else if (strcmp(name, "--milliseconds") == 0) milliseconds = number(value, UINT32_MAX);
    else usage();
  }
  signal(SIGPIPE, SIG_IGN);
  setvbuf(stdout, NULL, _IOLBF, 0);
  if (strcmp(arguments[1], "receive") == 0) return serve((uint16_t)port, (size_t)max_frame_bytes);
  if (strcmp(arguments[1], "send") != 0 || (frames == UINT64_MAX) == (milliseconds == 0)) usage();
  return send_flood((struct flood){.port = (uint16_t)port,
                                   .frame_bytes = (size_t)(mixed_to > 0 ? mixed_to : frame_bytes),
                                   .is_mixed = mixed_to > 0,
                                   .frames = frames,
                                   .seconds = (double)milliseconds / 1000});
}
