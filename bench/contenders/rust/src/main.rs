//! Frames by tokio's `LengthDelimitedCodec`, in one thread: echoed, and counted. bench/README.md has the contracts.
//!
//!     tokio-frames server --port P --prefix u64le --max-frame-bytes N
//!     tokio-frames client --port P --prefix u64le --frame-bytes N --max-frame-bytes M
//!     tokio-frames receive --port P --max-frame-bytes N

mod client;
mod options;
mod receive;
mod server;

use std::process::exit;

use options::Options;
use tokio_util::codec::LengthDelimitedCodec;

/// What is wrong, fit to be shown.
type Failure = String;

/// The echo suite's frames: a u64 little-endian length, then the payload.
fn echo_codec(max_frame_bytes: usize) -> LengthDelimitedCodec {
    LengthDelimitedCodec::builder()
        .little_endian()
        .length_field_type::<u64>()
        .max_frame_length(max_frame_bytes)
        .new_codec()
}

fn main() {
    let Some((role, options)) = options::parse(std::env::args().skip(1)) else {
        eprintln!("usage: tokio-frames server|client|receive --port P [OPTIONS]");
        exit(2);
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build();
    let outcome = runtime.map_err(|error| error.to_string()).and_then(|runtime| run(&runtime, &role, &options));
    if let Err(failure) = outcome {
        eprintln!("{failure}");
        exit(1);
    }
}

fn run(runtime: &tokio::runtime::Runtime, role: &str, options: &Options) -> Result<(), Failure> {
    match role {
        "server" => runtime.block_on(server::serve(options)),
        "client" => client::drive(runtime, options),
        _ => runtime.block_on(receive::count(options)),
    }
}
