//! The command line.

mod client;
mod fault;
mod serve;

use clap::{Args, Parser, Subcommand};
use serde_json::{Map, Value, json};

use client::Client;
use serve::Serve;

/// PEMS, simulated: the contract on one port, a control interface on another.
#[derive(Debug, Parser)]
#[command(name = "pems-simulator", version, args_conflicts_with_subcommands = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    serve: Serve,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve until Ctrl-C or SIGTERM (what happens without a command, too)
    Serve(Serve),
    /// Add, list and clear faults of a running simulator
    Fault(fault::FaultCommand),
    /// Edit a record as somebody in PEMS, now
    Edit {
        #[command(flatten)]
        record: RecordArgs,
        /// What to change, as `field=value`; the value as JSON, or as text if it is none
        #[arg(required = true, value_parser = assignment)]
        changes: Vec<(String, Value)>,
        #[arg(long, default_value = "pems.jansen")]
        by: String,
    },
    /// Discontinue a record (soft delete) as somebody in PEMS
    Discontinue {
        #[command(flatten)]
        record: RecordArgs,
        #[arg(long, default_value = "pems.jansen")]
        by: String,
    },
    /// Open a record in PEMS, so that writes to it answer `RECORD_LOCKED`
    Lock(RecordArgs),
    /// Close it again
    Unlock(RecordArgs),
    /// Show a record with its history
    Show(RecordArgs),
    /// Let simulated PEMS users edit records at a rate; 0 stops them
    Background {
        per_minute: f64,
        #[command(flatten)]
        at: ControlArgs,
    },
    /// What was asked and what was written
    Journal(JournalArgs),
    /// How the simulator is set up
    Status(ControlArgs),
    /// Refuse connections to the contract's port
    Down(ControlArgs),
    /// Accept them again
    Up(ControlArgs),
    /// Change a user's password in PEMS
    Password {
        user: String,
        password: String,
        #[command(flatten)]
        at: ControlArgs,
    },
    /// Back to the first records, with an empty journal and no faults
    Reset(ControlArgs),
}

#[derive(Debug, Args)]
struct ControlArgs {
    /// Where the control interface of the running simulator is
    #[arg(long, env = "PEMS_SIMULATOR_CONTROL", default_value = "http://127.0.0.1:4011", global = true)]
    control: String,
}

#[derive(Debug, Args)]
struct RecordArgs {
    organization: String,
    pfa_id: String,
    #[command(flatten)]
    at: ControlArgs,
}

#[derive(Debug, Args)]
struct JournalArgs {
    /// Show requests instead of applied writes
    #[arg(long)]
    requests: bool,
    #[arg(long)]
    organization: Option<String>,
    #[arg(long)]
    pfa_id: Option<String>,
    #[arg(long)]
    modified_by: Option<String>,
    /// Only what has a greater sequence (writes) or id (requests)
    #[arg(long)]
    since: Option<u64>,
    #[arg(long)]
    limit: Option<usize>,
    #[command(flatten)]
    at: ControlArgs,
}

/// Does what was asked; the answer, if there is one, is for standard output.
pub(crate) async fn run(cli: Cli) -> anyhow::Result<Option<String>> {
    let command = cli.command.unwrap_or(Command::Serve(cli.serve));
    match command {
        Command::Serve(serve) => serve.run().await.map(|()| None),
        Command::Fault(command) => command.run().await,
        Command::Edit { record, changes, by } => {
            let changes: Map<String, Value> = changes.into_iter().collect();
            record.post("edit", json!({ "changes": changes, "modifiedBy": by })).await
        }
        Command::Discontinue { record, by } => record.post("discontinue", json!({ "modifiedBy": by })).await,
        Command::Lock(record) => record.post("lock", Value::Null).await,
        Command::Unlock(record) => record.post("unlock", Value::Null).await,
        Command::Show(record) => record.at.client().get(&record.path(), &[]).await,
        Command::Background { per_minute, at } => {
            at.client().put("background", &json!({ "editsPerMinute": per_minute })).await
        }
        Command::Journal(journal) => journal.run().await,
        Command::Status(at) => at.client().get("status", &[]).await,
        Command::Down(at) => at.client().post("outage", &Value::Null).await,
        Command::Up(at) => at.client().delete("outage").await,
        Command::Password { user, password, at } => {
            at.client().put("password", &json!({ "user": user, "password": password })).await
        }
        Command::Reset(at) => at.client().post("reset", &Value::Null).await,
    }
}

impl ControlArgs {
    fn client(&self) -> Client {
        Client::new(&self.control)
    }
}

impl RecordArgs {
    fn path(&self) -> String {
        let encoded = |text: &str| {
            percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
        };
        format!("records/{}/{}", encoded(&self.organization), encoded(&self.pfa_id))
    }

    async fn post(&self, action: &str, body: Value) -> anyhow::Result<Option<String>> {
        self.at.client().post(&format!("{}/{action}", self.path()), &body).await
    }
}

impl JournalArgs {
    async fn run(self) -> anyhow::Result<Option<String>> {
        let path = if self.requests { "journal/requests" } else { "journal/writes" };
        let query = [
            ("organization", self.organization),
            ("pfaId", self.pfa_id),
            ("modifiedBy", self.modified_by),
            ("since", self.since.map(|since| since.to_string())),
            ("limit", self.limit.map(|limit| limit.to_string())),
        ];
        self.at.client().get(path, &query).await
    }
}

/// `field=value` from the command line.
fn assignment(text: &str) -> Result<(String, Value), String> {
    let (field, value) = text.split_once('=').ok_or("expected field=value")?;
    Ok((field.to_owned(), serde_json::from_str(value).unwrap_or_else(|_| Value::from(value))))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn serving_is_what_happens_without_a_command() {
        assert!(Cli::parse_from(["pems-simulator", "--port", "5000"]).command.is_none());
    }

    #[test]
    fn a_value_is_json_where_it_can_be() {
        assert_eq!(assignment("monthlyRate=5500.10"), Ok(("monthlyRate".to_owned(), json!(5500.10))));
        assert_eq!(assignment("contract=null"), Ok(("contract".to_owned(), Value::Null)));
        assert_eq!(assignment("model=320 GC"), Ok(("model".to_owned(), json!("320 GC"))));
    }
}
