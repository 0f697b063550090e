//! The echo server.

use std::io::stdin;
use std::process::exit;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use bytes::Bytes;
use futures_util::{FutureExt, SinkExt, StreamExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::codec::{Framed, LengthDelimitedCodec};

use crate::options::Options;
use crate::{echo_codec, Failure};

const HEADER_BYTES: u64 = 8;

/// Of whole frames, over all connections.
static BYTES_RECEIVED: AtomicU64 = AtomicU64::new(0);

/// Serves until standard input ends.
pub async fn serve(options: &Options) -> Result<(), Failure> {
    let listener = TcpListener::bind(("127.0.0.1", options.port)).await.map_err(|error| error.to_string())?;
    let port = listener.local_addr().map_err(|error| error.to_string())?.port();
    println!("{{\"event\":\"listening\",\"port\":{port}}}");
    std::thread::spawn(obey);
    let max_frame_bytes = options.max_frame_bytes;
    tokio::task::LocalSet::new()
        .run_until(async {
            loop {
                let (stream, _) = listener.accept().await.map_err(|error| error.to_string())?;
                tokio::task::spawn_local(async move {
                    if let Err(error) = echo(stream, max_frame_bytes).await {
                        eprintln!("a connection was lost: {error}");
                    }
                });
            }
        })
        .await
}

/// Answers `stats`, and ends the process when its input ends.
fn obey() {
    for line in stdin().lines().map_while(Result::ok) {
        if line == "stats" {
            print_stats(BYTES_RECEIVED.load(Relaxed));
        }
    }
    exit(0);
}

/// The codec moves what it does not tell of.
pub fn print_stats(bytes_received: u64) {
    println!("{{\"event\":\"stats\",\"bytesReceived\":{bytes_received},\"bytesCopied\":null}}");
}

/// Answers that are ready together leave together.
async fn echo(stream: TcpStream, max_frame_bytes: usize) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut framed = Framed::new(stream, echo_codec(max_frame_bytes));
    loop {
        let next = match framed.next().now_or_never() {
            Some(next) => next,
            None => {
                flush(&mut framed).await?;
                framed.next().await
            }
        };
        match next {
            Some(Ok(frame)) => {
                BYTES_RECEIVED.fetch_add(HEADER_BYTES + frame.len() as u64, Relaxed);
                framed.feed(frame.freeze()).await?;
            }
            Some(Err(error)) => {
                flush(&mut framed).await?;
                return Err(error);
            }
            None => return flush(&mut framed).await,
        }
    }
}

/// The codec takes more than one kind of payload, so a flush has to say which.
async fn flush(framed: &mut Framed<TcpStream, LengthDelimitedCodec>) -> std::io::Result<()> {
    SinkExt::<Bytes>::flush(framed).await
}
