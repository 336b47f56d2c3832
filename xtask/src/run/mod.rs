//! `cargo xtask run`: a whole system on this machine: PostgreSQL, the PEMS simulator, the server with demonstration users.
//!
//! Data stay in `.vanguard` from one run to the next. Ctrl-C stops everything, the server first, so that nothing is cut
//! off from what it writes to.

pub(crate) mod health;
mod options;
pub(crate) mod ports;
pub(crate) mod secrets;
mod services;

use std::{env, fs, thread, time::Duration};

use anyhow::{Result, bail};

pub(crate) use options::Options;

use crate::{
    build::{self, Profile},
    interrupt, postgres,
    process::Background,
    report, workspace,
};

pub(crate) fn command(options: &Options) -> Result<()> {
    ports::demand(options.port, "the server", "--port")?;
    ports::demand(options.pems_port, "the PEMS simulator", "--pems-port")?;
    ports::demand(options.pems_control_port, "the simulator's control interface", "--pems-control-port")?;
    if options.fresh {
        forget()?;
    }
    let programs = build::server(if options.debug { Profile::Debug } else { Profile::Release })?;
    build::front()?;

    // In the order of starting; stopped in the opposite order, also when one fails to start.
    let mut database = match env::var("DATABASE_URL") {
        Ok(url) => Database::Given(url),
        Err(_) => Database::Own(postgres::durable()?),
    };
    report::step("Starting the PEMS simulator");
    let mut simulator = services::simulator(&programs, options)?;
    report::step("Starting the server");
    let mut server = services::server(&programs, options, &database.url())?;
    announce(options);

    let outcome = watch(&mut database, &mut simulator, &mut server);
    report::step("Stopping");
    server.stop();
    simulator.stop();
    outcome
}

enum Database {
    Given(String),
    Own(postgres::Durable),
}

impl Database {
    fn url(&self) -> String {
        match self {
            Self::Given(url) => url.clone(),
            Self::Own(durable) => durable.cluster.url(),
        }
    }
}

/// Removes the data of earlier runs; the secrets stay.
fn forget() -> Result<()> {
    postgres::forget()?;
    let pems = workspace::private()?.join("pems.json");
    if pems.exists() {
        fs::remove_file(pems)?;
    }
    Ok(())
}

fn announce(options: &Options) {
    println!(
        "
PFA Vanguard runs at  http://127.0.0.1:{port}

  users               admin, admin2 (Administrator), manager, manager2 (PortfolioManager), editor, viewer
  password            {password}
  API                 http://127.0.0.1:{port}/api/docs
  PEMS simulator      http://127.0.0.1:{pems}/api/pems
  its control         http://127.0.0.1:{control}
  logs                .vanguard/logs

Ctrl-C stops everything; the data stay for the next run (--fresh begins anew).",
        port = options.port,
        password = options::password(),
        pems = options.pems_port,
        control = options.pems_control_port
    );
}

/// Until Ctrl-C, or until one of them dies.
fn watch(database: &mut Database, simulator: &mut Background, server: &mut Background) -> Result<()> {
    while !interrupt::received() {
        alive(server)?;
        alive(simulator)?;
        if let Database::Own(durable) = database {
            alive(durable.cluster.server())?;
        }
        thread::sleep(Duration::from_millis(100));
    }
    Ok(())
}

/// Fails with the last lines of its log when the program has ended.
fn alive(program: &mut Background) -> Result<()> {
    if let Some(status) = program.ended() {
        bail!(
            "the {} ended by itself ({status}). Its last words:\n{}\n\nThe whole log: less {}",
            program.name(),
            program.last_words(),
            program.log().display()
        );
    }
    Ok(())
}
