//! Output that is both shown and read.

use std::{
    io::{BufRead, BufReader, Read},
    process::{Command, ExitStatus, Stdio},
    sync::{Arc, Mutex},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use anyhow::{Context, Result};

use crate::{interrupt, shell};

/// What a program printed, without colours.
#[derive(Debug)]
pub(super) struct Shown {
    pub(super) status: ExitStatus,
    pub(super) text: String,
}

/// How long to read on after the program ended: something it left running may hold its output open for ever.
const AFTERWARDS: Duration = Duration::from_secs(5);

/// Runs the program, passing its output through as it comes.
pub(super) fn show(command: &mut Command) -> Result<Shown> {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().with_context(|| format!("starting {}", shell::shown(command)))?;
    let text = Arc::new(Mutex::new(String::new()));
    let readers = [
        pass(child.stdout.take().context("no output")?, Arc::clone(&text)),
        pass(child.stderr.take().context("no error output")?, Arc::clone(&text)),
    ];
    let status = shell::wait(&mut child)?;
    interrupt::check()?;
    let deadline = Instant::now() + AFTERWARDS;
    while !readers.iter().all(JoinHandle::is_finished) && Instant::now() < deadline {
        thread::sleep(Duration::from_millis(10));
    }
    let text = text.lock().map(|text| text.clone()).unwrap_or_default();
    Ok(Shown { status, text })
}

fn pass(from: impl Read + Send + 'static, text: Arc<Mutex<String>>) -> JoinHandle<()> {
    thread::spawn(move || {
        let mut lines = BufReader::new(from);
        let mut line = Vec::new();
        while lines.read_until(b'\n', &mut line).is_ok_and(|length| length > 0) {
            let shown = String::from_utf8_lossy(&line);
            eprint!("{shown}");
            if let Ok(mut text) = text.lock() {
                text.push_str(&without_colours(&shown));
            }
            line.clear();
        }
    })
}

/// Drops ANSI's `ESC [ … letter`.
fn without_colours(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        if character == '\u{1b}' {
            characters.by_ref().skip(1).find(char::is_ascii_alphabetic);
        } else {
            plain.push(character);
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::without_colours;

    #[test]
    fn colours_are_dropped_and_words_kept() {
        assert_eq!(without_colours("\u{1b}[1m\u{1b}[32mSummary\u{1b}[0m [ 1s]"), "Summary [ 1s]");
    }
}
