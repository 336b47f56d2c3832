//! Programs that run in the background while xtask does something else: their output goes to a log file, and they end
//! when xtask does, whatever ends it.

use std::{
    fs::File,
    io::{Read, Seek, SeekFrom},
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};

use crate::{report, shell};

/// A running program. Dropping it stops it.
#[derive(Debug)]
pub(crate) struct Background {
    name: &'static str,
    child: Child,
    log: PathBuf,
    stop_signal: Signal,
    patience: Duration,
}

impl Background {
    /// Starts `command`; its log is begun anew.
    ///
    /// The program gets a process group of its own: a terminal sends Ctrl-C to the foreground group, and the order in
    /// which our programs stop is ours to decide.
    pub(crate) fn start(name: &'static str, command: &mut Command, log: &Path) -> Result<Self> {
        let file = File::create(log).with_context(|| format!("creating {}", log.display()))?;
        command.stdin(Stdio::null()).stdout(file.try_clone()?).stderr(file).process_group(0);
        let child = command.spawn().with_context(|| format!("starting {name}: {}", shell::shown(command)))?;
        Ok(Self {
            name,
            child,
            log: log.into(),
            stop_signal: Signal::SIGTERM,
            patience: Duration::from_secs(30),
        })
    }

    /// The signal that asks for an orderly stop; SIGTERM unless told.
    pub(crate) fn stopped_by(mut self, signal: Signal) -> Self {
        self.stop_signal = signal;
        self
    }

    pub(crate) fn name(&self) -> &'static str {
        self.name
    }

    pub(crate) fn log(&self) -> &Path {
        &self.log
    }

    /// How it ended, if it has.
    pub(crate) fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().ok().flatten()
    }

    /// The log's last lines, for a message.
    pub(crate) fn last_words(&self) -> String {
        let mut text = String::new();
        if let Ok(mut file) = File::open(&self.log) {
            let length = file.metadata().map_or(0, |metadata| metadata.len());
            let _ = file.seek(SeekFrom::Start(length.saturating_sub(2_000)));
            let mut bytes = Vec::new();
            let _ = file.read_to_end(&mut bytes);
            text = String::from_utf8_lossy(&bytes).into_owned();
        }
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(12)..].join("\n")
    }

    /// Asks it to stop, waits, and kills it when that takes too long.
    pub(crate) fn stop(&mut self) {
        if self.ended().is_some() {
            return;
        }
        self.signal(self.stop_signal);
        let deadline = Instant::now() + self.patience;
        while Instant::now() < deadline {
            if self.ended().is_some() {
                return;
            }
            thread::sleep(Duration::from_millis(20));
        }
        report::note(format!("{} did not stop in {} s; killing it", self.name, self.patience.as_secs()));
        self.kill();
    }

    /// Ends it without asking.
    pub(crate) fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    fn signal(&self, signal: Signal) {
        if let Ok(id) = i32::try_from(self.child.id()) {
            let _ = kill(Pid::from_raw(id), signal);
        }
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        self.stop();
    }
}

/// A command whose process is told to stop when xtask dies without the chance to tell it so (`kill -9`): Linux's
/// parent-death signal, set by util-linux's `setpriv`. Elsewhere, and without `setpriv`, the command itself.
pub(crate) fn tied(program: &Path, signal: &str) -> Command {
    if let Some(mut command) = setpriv() {
        command.arg(format!("--pdeathsig={signal}")).arg("--").arg(program);
        return command;
    }
    Command::new(program)
}

/// `setpriv`, where there is one.
pub(crate) fn setpriv() -> Option<Command> {
    if cfg!(target_os = "linux") { shell::which("setpriv").map(Command::new) } else { None }
}
