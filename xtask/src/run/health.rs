//! Waiting for a program that was started to be of use.

use std::{
    io::{Read, Write},
    net::{Ipv4Addr, TcpStream},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Result, bail};

use super::alive;
use crate::{interrupt, process::Background};

/// The server migrates its database first; on a slow machine that takes its time.
const PATIENCE: Duration = Duration::from_mins(2);

/// Until the port accepts connections.
pub(super) fn wait_until_listening(program: &mut Background, port: u16) -> Result<()> {
    wait(program, port, || TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok())
}

/// Until the path is answered, with whatever status: one that says "not well yet" is an answer of a server that is up.
pub(super) fn wait_until_answering(program: &mut Background, port: u16, path: &str) -> Result<()> {
    wait(program, port, || answers(port, path))
}

fn wait(program: &mut Background, port: u16, is_up: impl Fn() -> bool) -> Result<()> {
    let deadline = Instant::now() + PATIENCE;
    while !is_up() {
        interrupt::check()?;
        alive(program)?;
        if Instant::now() > deadline {
            bail!(
                "the {} does not answer on port {port} after {} s; its log: {}",
                program.name(),
                PATIENCE.as_secs(),
                program.log().display()
            );
        }
        thread::sleep(Duration::from_millis(100));
    }
    Ok(())
}

/// The least of an HTTP client: xtask needs no more than to see a status line.
fn answers(port: u16, path: &str) -> bool {
    let ask = || -> std::io::Result<[u8; 5]> {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        write!(stream, "GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n")?;
        let mut start = [0; 5];
        stream.read_exact(&mut start)?;
        Ok(start)
    };
    ask().is_ok_and(|start| &start == b"HTTP/")
}
