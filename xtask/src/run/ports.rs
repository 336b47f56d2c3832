//! Ports on loopback: free ones, remembered ones, and clear words about taken ones.

use std::{
    fs,
    net::{Ipv4Addr, TcpListener},
    path::Path,
};

use anyhow::{Context, Result, bail};

/// A port that nobody listens on at the moment.
pub(crate) fn free() -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("looking for a free port")?;
    Ok(listener.local_addr()?.port())
}

/// The port of last time if it is free, else another, remembered for the next time.
pub(crate) fn remembered(file: &Path) -> Result<u16> {
    let last = fs::read_to_string(file).ok().and_then(|port| port.trim().parse().ok());
    if let Some(port) = last.filter(|port| is_free(*port)) {
        return Ok(port);
    }
    let port = free()?;
    fs::write(file, port.to_string()).with_context(|| format!("writing {}", file.display()))?;
    Ok(port)
}

/// Fails with the flag to use when the port is taken.
pub(crate) fn demand(port: u16, what: &str, flag: &str) -> Result<()> {
    if !is_free(port) {
        bail!(
            "port {port}, meant for {what}, is taken by another program: stop that (see `ss -ltnp` or `lsof -i :{port}`), \
             or choose another with `cargo xtask run {flag} <port>`"
        );
    }
    Ok(())
}

fn is_free(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_port_is_named_with_the_flag_that_avoids_it() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let message = demand(port, "the server", "--port").unwrap_err().to_string();
        assert!(message.contains(&port.to_string()) && message.contains("--port"), "{message}");
    }
}
