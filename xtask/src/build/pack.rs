//! Puts what parts share into a few files.
//!
//! The cutter makes a chunk of its own for every set of parts that share something: with eleven parts more than a hundred,
//! most of them smaller than the request that fetches them. Chunks that nearly the same parts need are put into one
//! file, a pack, and the loader takes each chunk out of its pack. A part then needs a handful of files, and fetches a little
//! that only others need.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use anyhow::{Context, Result, ensure};

use super::split::Manifest;

/// How many packs there are.
const PACKS: usize = 10;
/// The parts that visits begin with: what they need not fetch counts several times.
const FIRST: [&str; 3] = ["deck", "login", "records"];
const FIRST_COUNTS: u64 = 4;

/// Fetches packs, each once, and takes modules out of them.
const SCRIPT: &str = r#"
const packs = new Map();
function packed(file, from, to) {
    if (!packs.has(file)) {
        const pack = fetch(new URL(file, import.meta.url)).then((answer) => {
            if (!answer.ok) throw new TypeError(`Failed to fetch ${file}: ${answer.status}`);
            return answer.arrayBuffer();
        });
        // Whoever needs it next tries again.
        pack.catch(() => packs.delete(file));
        packs.set(file, pack);
    }
    const type = { headers: { "content-type": "application/wasm" } };
    return packs.get(file).then((bytes) => new Response(bytes.slice(from, to), type));
}
"#;

/// A chunk, by its file's name without `.wasm`.
#[derive(Debug)]
struct Chunk {
    name: String,
    size: u64,
}

/// Chunks that become one file.
#[derive(Debug)]
struct Pack {
    needed_by: BTreeSet<String>,
    chunks: Vec<Chunk>,
}

/// Packs the chunks in `folder`, and tells loader and manifest. The chunks' own files are gone afterwards; the manifest
/// names files with their endings.
pub(super) fn run(folder: &Path, manifest: &Manifest, hash: &str, loader: &Path) -> Result<Manifest> {
    let mut script = fs::read_to_string(loader)?;
    let (imports, rest) = script.split_once(";\n").context("the loader begins with its imports")?;
    script = format!("{imports};\n{SCRIPT}{rest}");
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    for (number, pack) in packs(chunks(folder, manifest)?).into_iter().enumerate() {
        let name = format!("pack_{number}.{hash}.bin");
        let mut bytes = Vec::new();
        for chunk in pack.chunks {
            let file = folder.join(format!("{}.wasm", chunk.name));
            let from = bytes.len();
            bytes.extend(fs::read(&file)?);
            let fetch = format!("fetch(new URL(\"./{}.wasm\", import.meta.url))", chunk.name);
            ensure!(script.contains(&fetch), "the loader does not fetch {}", chunk.name);
            script = script.replace(&fetch, &format!("packed(\"./{name}\", {from}, {})", bytes.len()));
            fs::remove_file(&file)?;
            files.insert(chunk.name, name.clone());
        }
        fs::write(folder.join(name), bytes)?;
    }
    fs::write(loader, script)?;
    let file = |name: &String| files.get(name).cloned().unwrap_or_else(|| format!("{name}.wasm"));
    Ok(manifest
        .iter()
        .map(|(part, names)| {
            let needed: BTreeSet<String> = names.iter().map(file).collect();
            (part.clone(), needed.into_iter().collect())
        })
        .collect())
}

/// Every chunk, as a pack of its own.
fn chunks(folder: &Path, manifest: &Manifest) -> Result<Vec<Pack>> {
    let mut needed_by: BTreeMap<&String, BTreeSet<String>> = BTreeMap::new();
    for (part, names) in manifest {
        for name in names.iter().filter(|name| name.starts_with("chunk_")) {
            needed_by.entry(name).or_default().insert(part.clone());
        }
    }
    needed_by
        .into_iter()
        .map(|(name, needed_by)| {
            let size = fs::metadata(folder.join(format!("{name}.wasm")))?.len();
            Ok(Pack { needed_by, chunks: vec![Chunk { name: name.clone(), size }] })
        })
        .collect()
}

/// Joins the two whose joining makes parts fetch least in vain, until there are few.
fn packs(mut packs: Vec<Pack>) -> Vec<Pack> {
    while packs.len() > PACKS {
        let pairs = (0..packs.len()).flat_map(|later| (0..later).map(move |earlier| (earlier, later)));
        let Some((earlier, later)) =
            pairs.min_by_key(|(earlier, later)| in_vain(&packs[*earlier], &packs[*later]))
        else {
            break;
        };
        let Pack { needed_by, chunks } = packs.remove(later);
        packs[earlier].needed_by.extend(needed_by);
        packs[earlier].chunks.extend(chunks);
    }
    packs
}

/// The bytes that parts would fetch without need if two packs were one.
fn in_vain(one: &Pack, other: &Pack) -> u64 {
    let in_vain = |pack: &Pack, needed: &Pack| {
        let size: u64 = pack.chunks.iter().map(|chunk| chunk.size).sum();
        let parts = needed.needed_by.difference(&pack.needed_by);
        size * parts.map(|part| if FIRST.contains(&part.as_str()) { FIRST_COUNTS } else { 1 }).sum::<u64>()
    };
    in_vain(one, other) + in_vain(other, one)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pack(name: &str, size: u64, needed_by: &[&str]) -> Pack {
        let needed_by = needed_by.iter().map(|part| (*part).to_owned()).collect();
        Pack { needed_by, chunks: vec![Chunk { name: name.to_owned(), size }] }
    }

    #[test]
    fn what_the_same_parts_need_comes_together_first() {
        let mut all: Vec<Pack> = (0..PACKS)
            .map(|number| pack(&format!("other_{number}"), 1_000, &[&format!("part_{number}")]))
            .collect();
        all.push(pack("chunk_a", 50_000, &["sync", "deck"]));
        all.push(pack("chunk_b", 70_000, &["deck", "sync"]));
        let packs = packs(all);
        assert_eq!(packs.len(), PACKS);
        let together =
            packs.iter().find(|pack| pack.chunks.iter().any(|chunk| chunk.name == "chunk_a")).unwrap();
        let names: Vec<&str> = together.chunks.iter().map(|chunk| chunk.name.as_str()).collect();
        assert_eq!(names, ["chunk_a", "chunk_b"]);
    }

    #[test]
    fn what_first_pages_need_not_fetch_counts_more() {
        let small = pack("chunk_a", 10, &["sync"]);
        assert!(
            in_vain(&small, &pack("chunk_b", 0, &["sync", "deck"]))
                > in_vain(&small, &pack("chunk_b", 0, &["sync", "help"]))
        );
    }
}
