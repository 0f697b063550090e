//! The echo client: one frame at a time, checked.

use std::io::stdin;
use std::time::Instant;

use bytes::BytesMut;
use futures_util::StreamExt;
use tokio::io::AsyncWriteExt;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::TcpStream;
use tokio::runtime::Runtime;
use tokio_util::codec::{FramedRead, LengthDelimitedCodec};

use crate::options::Options;
use crate::server::print_stats;
use crate::{echo_codec, Failure};

const HEADER_BYTES: usize = 8;
const STAMP_BYTES: usize = 4;

struct Client {
    answers: FramedRead<OwnedReadHalf, LengthDelimitedCodec>,
    output: OwnedWriteHalf,
    /// Header and payload.
    question: Vec<u8>,
    /// The number of the next frame, over all commands.
    frame: u64,
    bytes_received: u64,
}

/// Obeys standard input until it ends.
pub fn drive(runtime: &Runtime, options: &Options) -> Result<(), Failure> {
    let mut client = runtime.block_on(Client::connect(options)).map_err(|error| error.to_string())?;
    println!("{{\"event\":\"connected\"}}");
    for line in stdin().lines().map_while(Result::ok) {
        let words: Vec<&str> = line.split(' ').collect();
        let frames = words.get(1).and_then(|count| count.parse().ok()).unwrap_or(0);
        match words[0] {
            "quit" => break,
            "stats" => print_stats(client.bytes_received),
            "verify" => runtime.block_on(client.verify(frames))?,
            "run" => runtime.block_on(client.run(frames))?,
            _ => return Err(format!("unknown command: {line}")),
        }
    }
    Ok(())
}

impl Client {
    async fn connect(options: &Options) -> std::io::Result<Client> {
        let stream = TcpStream::connect(("127.0.0.1", options.port)).await?;
        stream.set_nodelay(true)?;
        let (input, output) = stream.into_split();
        let mut question = (options.frame_bytes as u64).to_le_bytes().to_vec();
        question.resize(HEADER_BYTES + options.frame_bytes, 0);
        fill(&mut question[HEADER_BYTES..], 0);
        let answers = FramedRead::new(input, echo_codec(options.max_frame_bytes));
        Ok(Client { answers, output, question, frame: 0, bytes_received: 0 })
    }

    async fn verify(&mut self, frames: u64) -> Result<(), Failure> {
        for _ in 0..frames {
            fill(&mut self.question[HEADER_BYTES..], self.frame);
            let answer = self.exchange().await?;
            self.check(&answer, 0, answer.len())?;
            self.frame += 1;
        }
        println!("{{\"event\":\"verified\",\"frames\":{frames}}}");
        Ok(())
    }

    async fn run(&mut self, frames: u64) -> Result<(), Failure> {
        let size = self.question.len() - HEADER_BYTES;
        let stamp_bytes = STAMP_BYTES.min(size);
        let last = size - stamp_bytes;
        let mut answer = BytesMut::new();
        let start = Instant::now();
        for _ in 0..frames {
            let stamp = (self.frame as u32).to_le_bytes();
            for at in [0, last / 2, last] {
                self.question[HEADER_BYTES + at..][..stamp_bytes].copy_from_slice(&stamp[..stamp_bytes]);
            }
            // The memory of the last answer is free before the next one arrives.
            drop(answer);
            answer = self.exchange().await?;
            for at in [0, last / 2, last] {
                self.check(&answer, at, stamp_bytes)?;
            }
            self.frame += 1;
        }
        println!("{{\"event\":\"ran\",\"frames\":{frames},\"seconds\":{:.9}}}", start.elapsed().as_secs_f64());
        self.frame -= 1;
        self.check(&answer, 0, answer.len())?;
        self.frame += 1;
        println!("{{\"event\":\"checked\"}}");
        Ok(())
    }

    /// One frame there and back; the answer has the right length.
    async fn exchange(&mut self) -> Result<BytesMut, Failure> {
        let frame = self.frame;
        let sent = self.output.write_all(&self.question).await;
        sent.map_err(|error| format!("sending frame {frame}: {error}"))?;
        let answer = match self.answers.next().await {
            Some(answer) => answer.map_err(|error| format!("the answer to frame {frame}: {error}"))?,
            None => return Err(format!("the answer to frame {frame} ended early")),
        };
        self.bytes_received += (HEADER_BYTES + answer.len()) as u64;
        let expected = self.question.len() - HEADER_BYTES;
        if answer.len() == expected {
            return Ok(answer);
        }
        Err(format!("the answer to frame {frame} is {} bytes long, expected {expected}", answer.len()))
    }

    /// Compares a part of an answer with what was sent.
    fn check(&self, answer: &[u8], start: usize, size: usize) -> Result<(), Failure> {
        let sent = &self.question[HEADER_BYTES + start..][..size];
        let got = &answer[start..][..size];
        if sent == got {
            return Ok(());
        }
        let at = sent.iter().zip(got).take_while(|(one, other)| one == other).count();
        Err(format!("byte {} of frame {} is {}, sent {}", start + at, self.frame, got[at], sent[at]))
    }
}

/// Pseudo-random bytes of their own for every seed.
fn fill(payload: &mut [u8], seed: u64) {
    let mut state = (seed + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    for bytes in payload.chunks_mut(8) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        bytes.copy_from_slice(&state.to_le_bytes()[..bytes.len()]);
    }
}
