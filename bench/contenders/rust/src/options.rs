//! The command line.

/// What the roles are told.
#[derive(Default)]
pub struct Options {
    pub port: u16,
    pub frame_bytes: usize,
    pub max_frame_bytes: usize,
}

/// The role and its options; nothing when they are not meant.
pub fn parse(mut words: impl Iterator<Item = String>) -> Option<(String, Options)> {
    let role = words.next().filter(|role| ["server", "client", "receive"].contains(&role.as_str()))?;
    let mut options = Options::default();
    while let Some(name) = words.next() {
        let value = words.next()?;
        match name.as_str() {
            "--port" => options.port = value.parse().ok()?,
            "--frame-bytes" => options.frame_bytes = value.parse().ok()?,
            "--max-frame-bytes" => options.max_frame_bytes = value.parse().ok()?,
            "--prefix" if value == "u64le" => {}
            _ => return None,
        }
    }
    Some((role, options))
}
