// The receivers of the flood in Go: one goroutine, one connection, a bufio.Reader with a buffer of 256 KiB.
//
// A frame is a u32 big-endian length and the payload. There are two ways of receiving, and in both the whole payload is
// in memory, for a user to look at, when its frame is counted:
//
//	bufio  io.ReadFull of the header, io.ReadFull of the payload into one buffer that is used again. The plain way.
//	peek   Peek of the header, Peek of the frame, Discard: the payload is used where bufio has it, nothing is copied out
//	       of there. The fastest of the ways tried; the reader's buffer must hold a frame.
//
// Peek of the header and Discard of the rest would be faster still, but receives no payload: it skips them.
// Arguments and the JSON lines are described in bench/README.md.
package main

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"runtime"
	"syscall"
	"time"
)

const (
	headerBytes = 4
	bufferBytes = 256 << 10
)

type count struct {
	frames, payloadBytes int
}

// countFunc counts the frames of a connection until the sender ends.
type countFunc func(connection net.Conn, maxFrameBytes int) (count, error)

var ways = map[string]countFunc{"bufio": countByReading, "peek": countByPeeking}

func countByReading(connection net.Conn, maxFrameBytes int) (total count, err error) {
	reader := bufio.NewReaderSize(connection, bufferBytes)
	var header [headerBytes]byte
	payload := make([]byte, 0)
	for {
		if _, err := io.ReadFull(reader, header[:]); err != nil {
			return total, endOf(err)
		}
		length := int(binary.BigEndian.Uint32(header[:]))
		if length > maxFrameBytes {
			return total, oversize(length, maxFrameBytes)
		}
		if length > len(payload) {
			payload = make([]byte, length)
		}
		if _, err := io.ReadFull(reader, payload[:length]); err != nil {
			return total, io.ErrUnexpectedEOF
		}
		total.frames++
		total.payloadBytes += length
	}
}

func countByPeeking(connection net.Conn, maxFrameBytes int) (total count, err error) {
	reader := bufio.NewReaderSize(connection, max(bufferBytes, headerBytes+maxFrameBytes))
	for {
		header, err := reader.Peek(headerBytes)
		if err != nil {
			if len(header) > 0 {
				err = io.ErrUnexpectedEOF
			}
			return total, endOf(err)
		}
		length := int(binary.BigEndian.Uint32(header))
		if length > maxFrameBytes {
			return total, oversize(length, maxFrameBytes)
		}
		if _, err := reader.Peek(headerBytes + length); err != nil {
			return total, io.ErrUnexpectedEOF
		}
		if _, err := reader.Discard(headerBytes + length); err != nil {
			return total, err
		}
		total.frames++
		total.payloadBytes += length
	}
}

// endOf is nil at the end of the stream between two frames.
func endOf(err error) error {
	if err == io.EOF {
		return nil
	}
	return err
}

func oversize(length, limit int) error {
	return fmt.Errorf("a frame of %d bytes is over the limit of %d", length, limit)
}

// cpuSeconds is the user and system time of this process so far, and the user time alone.
func cpuSeconds() (both, user float64) {
	var usage syscall.Rusage
	check(syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	return float64(usage.Utime.Nano()+usage.Stime.Nano()) / 1e9, float64(usage.Utime.Nano()) / 1e9
}

func receive(port, maxFrameBytes int, countFrames countFunc) {
	listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
	check(err)
	say(map[string]any{"event": "listening", "port": listener.Addr().(*net.TCPAddr).Port})
	connection, err := listener.Accept()
	check(err)
	startedCPU, startedUser := cpuSeconds()
	started := time.Now()
	total, err := countFrames(connection, maxFrameBytes)
	seconds := time.Since(started).Seconds()
	endedCPU, endedUser := cpuSeconds()
	if err != nil {
		check(fmt.Errorf("after %d whole frames: %w", total.frames, err))
	}
	// Once everything is counted: so the sender knows.
	check(connection.Close())
	say(map[string]any{
		"event": "received", "frames": total.frames, "bytes": total.payloadBytes,
		"seconds": seconds, "cpuSeconds": endedCPU - startedCPU, "userSeconds": endedUser - startedUser,
		"bytesReceived": total.payloadBytes + headerBytes*total.frames,
		// What bufio moves inside its buffer is not told.
		"bytesCopied": nil,
	})
}

func say(event map[string]any) {
	check(json.NewEncoder(os.Stdout).Encode(event))
}

func check(err error) {
	if err == nil {
		return
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = fmt.Errorf("%w: the sender ended inside a frame", err)
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

func usage() {
	fmt.Fprintln(os.Stderr, "usage: receiver bufio|peek receive --port P --max-frame-bytes N\n       receiver version")
	os.Exit(2)
}

func main() {
	if len(os.Args) == 2 && os.Args[1] == "version" {
		fmt.Println(runtime.Version())
		return
	}
	if len(os.Args) < 3 || ways[os.Args[1]] == nil || os.Args[2] != "receive" {
		usage()
	}
	options := flag.NewFlagSet("receive", flag.ExitOnError)
	port := options.Int("port", 0, "on 127.0.0.1")
	maxFrameBytes := options.Int("max-frame-bytes", 1<<20, "a longer frame is an error")
	check(options.Parse(os.Args[3:]))
	if options.NArg() > 0 || *port < 0 || *port > 1<<16-1 || *maxFrameBytes < 0 {
		usage()
	}
	go receive(*port, *maxFrameBytes, ways[os.Args[1]])
	// It ends when its input does, whatever it is waiting for.
	_, err := io.Copy(io.Discard, os.Stdin)
	check(err)
}
