//! The receiver of frames in one direction: a u32 big-endian length, then the payload.

use std::io::{stdin, Result};
use std::pin::Pin;
use std::process::exit;
use std::task::{Context, Poll};
use std::time::Instant;

use futures_util::StreamExt;
use tokio::io::{AsyncRead, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::codec::{FramedRead, LengthDelimitedCodec};

use crate::options::Options;
use crate::Failure;

const HEADER_BYTES: u64 = 4;
/// As the other receivers that have a buffer of their own.
const BUFFER_BYTES: usize = 256 << 10;

const CUT_SHORT: &str = "the sender ended inside a frame";

/// A connection that counts what it receives.
struct Counted {
    stream: TcpStream,
    bytes: u64,
}

impl AsyncRead for Counted {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<Result<()>> {
        let before = into.filled().len();
        let outcome = Pin::new(&mut self.stream).poll_read(context, into);
        self.bytes += (into.filled().len() - before) as u64;
        outcome
    }
}

/// Takes one connection and counts its frames until the sender ends; the process ends with its input.
pub async fn count(options: &Options) -> std::result::Result<(), Failure> {
    let listener = TcpListener::bind(("127.0.0.1", options.port)).await.map_err(|error| error.to_string())?;
    let port = listener.local_addr().map_err(|error| error.to_string())?.port();
    println!("{{\"event\":\"listening\",\"port\":{port}}}");
    let input = std::thread::spawn(|| {
        stdin().lines().map_while(Result::ok).for_each(drop);
        exit(0)
    });
    let (stream, _) = listener.accept().await.map_err(|error| error.to_string())?;
    let (start, (cpu_start, user_start)) = (Instant::now(), cpu_seconds());
    let codec = LengthDelimitedCodec::builder()
        .big_endian()
        .length_field_type::<u32>()
        .max_frame_length(options.max_frame_bytes)
        .new_codec();
    let mut frames = FramedRead::with_capacity(Counted { stream, bytes: 0 }, codec, BUFFER_BYTES);
    let (mut count, mut bytes) = (0_u64, 0_u64);
    while let Some(frame) = frames.next().await {
        let frame = frame.map_err(|error| failure(count, &error, options))?;
        count += 1;
        bytes += frame.len() as u64;
    }
    let bytes_received = frames.get_ref().bytes;
    // The codec takes an end right behind a header for a good one.
    if bytes_received != bytes + HEADER_BYTES * count {
        return Err(format!("after {count} whole frames: {CUT_SHORT}"));
    }
    let (seconds, (cpu_end, user_end)) = (start.elapsed().as_secs_f64(), cpu_seconds());
    let (cpu, user) = (cpu_end - cpu_start, user_end - user_start);
    drop(frames);
    println!(
        "{{\"event\":\"received\",\"frames\":{count},\"bytes\":{bytes},\"seconds\":{seconds:.9},\
         \"cpuSeconds\":{cpu:.6},\"userSeconds\":{user:.6},\"bytesReceived\":{bytes_received},\"bytesCopied\":null}}"
    );
    input.join().map_err(|_| "the input could not be read".into())
}

fn failure(count: u64, error: &std::io::Error, options: &Options) -> Failure {
    let why = match error.kind() {
        std::io::ErrorKind::Other => CUT_SHORT.to_string(),
        _ => format!("{error} (the limit is {} bytes)", options.max_frame_bytes),
    };
    format!("after {count} whole frames: {why}")
}

/// User and system time of this process so far, and the user time alone.
fn cpu_seconds() -> (f64, f64) {
    let mut usage = std::mem::MaybeUninit::<libc::rusage>::zeroed();
    // SAFETY: `usage` is a whole rusage, which the call fills.
    let usage = unsafe {
        libc::getrusage(libc::RUSAGE_SELF, usage.as_mut_ptr());
        usage.assume_init()
    };
    let seconds = |time: libc::timeval| time.tv_sec as f64 + time.tv_usec as f64 / 1e6;
    (seconds(usage.ru_utime) + seconds(usage.ru_stime), seconds(usage.ru_utime))
}
