//! Records and histories between runs, in one JSON file that is always whole: written beside itself and renamed.

use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use crate::journal::Write;
use crate::shared::Shared;
use crate::store::{Entry, Store};

/// Changes that follow each other within this time are saved together.
const DEBOUNCE: Duration = Duration::from_millis(400);
const FORMAT: u32 = 1;

#[derive(Debug, thiserror::Error)]
pub enum StateFileError {
    #[error("cannot read or write the state file {path}: {source}")]
    Io { path: PathBuf, source: io::Error },
    #[error("the state file {path} is not one of the simulator's: {source}")]
    Malformed { path: PathBuf, source: serde_json::Error },
    #[error("the state file {path} has format {found}, not {FORMAT}; move it away to start afresh")]
    Format { path: PathBuf, found: u32 },
}

#[derive(Serialize)]
struct Outgoing<'a> {
    format: u32,
    organizations: &'a [String],
    sequence: u64,
    entries: Vec<&'a Entry>,
}

#[derive(Deserialize)]
struct Incoming {
    format: u32,
    organizations: Vec<String>,
    sequence: u64,
    entries: Vec<Entry>,
}

/// The store of an earlier run with the writes that its records still remember; `None` if there is no file yet.
pub(crate) fn load(path: &Path) -> Result<Option<(Store, Vec<Write>)>, StateFileError> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(StateFileError::Io { path: path.to_owned(), source }),
    };
    let saved: Incoming = serde_json::from_reader(BufReader::new(file))
        .map_err(|source| StateFileError::Malformed { path: path.to_owned(), source })?;
    if saved.format != FORMAT {
        return Err(StateFileError::Format { path: path.to_owned(), found: saved.format });
    }
    let mut store = Store::default();
    saved.organizations.iter().for_each(|code| store.add_organization(code));
    store.resume_sequence(saved.sequence);
    let histories = saved.entries.iter().flat_map(|entry| &entry.history);
    let writes = histories.filter(|write| write.sequence > 0).cloned().collect();
    saved.entries.into_iter().for_each(|entry| store.put(entry));
    Ok(Some((store, writes)))
}

/// Saves after changes until stopped, and once more then if need be.
pub(crate) async fn keep(
    shared: Arc<Shared>,
    path: PathBuf,
    stopping: CancellationToken,
) -> Result<(), StateFileError> {
    let mut saved = None;
    let mut pause = DEBOUNCE;
    loop {
        let last = tokio::select! {
            () = stopping.cancelled() => true,
            () = shared.changed.notified() => false,
        };
        if !last {
            tokio::select! {
                () = stopping.cancelled() => continue,
                () = sleep(pause) => {}
            }
        }
        let revision = shared.with(|world| world.store.revision());
        if saved != Some(revision) {
            let began = Instant::now();
            match save(&shared, &path).await {
                Ok(()) => saved = Some(revision),
                Err(error) if last => return Err(error),
                // It will be tried again with the next change; the records are still in memory.
                Err(error) => tracing::error!(%error, "the records were not saved"),
            }
            // Where saving is slow (many records, a debug build) it takes at most a fifth of the time.
            pause = DEBOUNCE.max(began.elapsed() * 4);
        }
        if last {
            return Ok(());
        }
    }
}

async fn save(shared: &Shared, path: &Path) -> Result<(), StateFileError> {
    let (organizations, sequence, entries) = shared.with(|world| {
        let organizations: Vec<String> =
            world.store.organizations().map(|(code, _)| code.to_owned()).collect();
        (organizations, world.store.sequence(), world.store.snapshot())
    });
    let target = path.to_owned();
    let written = tokio::task::spawn_blocking(move || {
        let entries = entries.iter().map(AsRef::as_ref).collect();
        write(&target, &Outgoing { format: FORMAT, organizations: &organizations, sequence, entries })
    });
    let written = written.await.unwrap_or_else(|error| Err(io::Error::other(error)));
    written.map_err(|source| StateFileError::Io { path: path.to_owned(), source })
}

fn write(path: &Path, state: &Outgoing<'_>) -> io::Result<()> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    let beside = PathBuf::from(beside);
    let mut file = BufWriter::new(File::create(&beside)?);
    serde_json::to_writer(&mut file, state)?;
    file.flush()?;
    file.get_ref().sync_all()?;
    fs::rename(&beside, path)
}
