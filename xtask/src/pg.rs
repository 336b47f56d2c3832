//! `cargo xtask pg`: a private PostgreSQL for as long as the command runs, for work by hand and for tests that must stop
//! and start a server of their own.
//!
//! With `--control`, lines on the standard input direct it: `stop`, `start`, `restart`, `kill`; each is answered by one line
//! (`stopped`, `ready`, `ready`, `killed`). The end of the input ends the command.

use std::{
    io::{Write, stdin, stdout},
    thread,
    time::Duration,
};

use anyhow::{Result, bail};

use crate::{
    interrupt,
    postgres::{self, Cluster, Durability, Durable, Throwaway},
    report,
};

#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// New data in a temporary folder, gone when the command ends; without it, the data of `cargo xtask run`
    #[arg(long)]
    throwaway: bool,
    /// Obey `stop`, `start`, `restart` and `kill` on the standard input (see the docs of this module)
    #[arg(long)]
    control: bool,
}

enum Server {
    Durable(Durable),
    Throwaway(Throwaway),
}

impl Server {
    fn cluster(&mut self) -> &mut Cluster {
        match self {
            Self::Durable(durable) => &mut durable.cluster,
            Self::Throwaway(throwaway) => &mut throwaway.cluster,
        }
    }
}

/// Prints `DATABASE_URL=…` and stays.
pub(crate) fn command(options: &Options) -> Result<()> {
    let mut server = if options.throwaway {
        Server::Throwaway(postgres::throwaway(Durability::Full)?)
    } else {
        Server::Durable(postgres::durable()?)
    };
    say(&format!("DATABASE_URL={}", server.cluster().url()))?;
    if options.control {
        return obey(server.cluster());
    }
    report::note("Ctrl-C stops it");
    while !interrupt::received() {
        if let Some(status) = server.cluster().server().ended() {
            bail!("PostgreSQL ended ({status}):\n{}", server.cluster().server().last_words());
        }
        thread::sleep(Duration::from_millis(100));
    }
    Ok(())
}

fn obey(cluster: &mut Cluster) -> Result<()> {
    // A signal does not wake a blocked read; whoever controls us this way ends us by closing the pipe.
    for line in stdin().lines() {
        match line?.trim() {
            "stop" => {
                cluster.stop();
                say("stopped")?;
            }
            "kill" => {
                cluster.kill();
                say("killed")?;
            }
            "start" => {
                cluster.restart()?;
                say("ready")?;
            }
            "restart" => {
                cluster.stop();
                cluster.restart()?;
                say("ready")?;
            }
            other => bail!("`{other}` is none of stop, start, restart, kill"),
        }
    }
    Ok(())
}

fn say(line: &str) -> Result<()> {
    println!("{line}");
    Ok(stdout().flush()?)
}
