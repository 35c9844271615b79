//! Where the bytes of the smallest client go: by crate, beside those of other clients; it changes no program.
//!
//! In a program that was optimised as a whole, symbols say little: `main` has swallowed whatever it calls. So every
//! byte of code is asked for its line, and counts for the crate of that line; see `bytes/code.rs`.

mod code;
mod origin;

use std::collections::BTreeMap;
use std::path::Path;
use std::{fs, io};

use object::{Object, ObjectSection};

use crate::clients::{Folder, cargo};

/// Bytes by what they belong to.
type Bytes = BTreeMap<String, u64>;

/// A Markdown table of the bytes of these clients, a column for each, the largest rows of the first client on top.
pub(crate) fn table(peers: &[&str], progress: &dyn Fn(&str)) -> io::Result<String> {
    let target = Folder::new("benches-bytes")?;
    let mut columns = Vec::new();
    for peer in peers {
        progress(&format!("client-{peer}: building with line tables"));
        columns.push(bytes(&program(peer, &target.0)?)?);
    }
    Ok(markdown(peers, &columns))
}

/// Builds a client as it is measured, but for what tells where its code comes from. The code is the same.
fn program(peer: &str, target: &Path) -> io::Result<Vec<u8>> {
    let package = format!("client-{peer}");
    let lines = "profile.small.debug=\"line-tables-only\"";
    let unstripped = ["--config", "profile.small.strip=false", "--config", lines];
    let mut build = vec!["build", "--profile", "small", "-p", &package];
    build.extend(unstripped);
    cargo(&build, Some(target))?;
    fs::read(target.join("small").join(package))
}

/// The bytes of a program that `strip` leaves.
fn bytes(program: &[u8]) -> io::Result<Bytes> {
    let file = object::File::parse(program).map_err(io::Error::other)?;
    let mut bytes = code::bytes(&file)?;
    for section in file.sections().filter(is_kept) {
        let name = section.name().map_err(io::Error::other)?;
        if name != ".text" {
            *bytes.entry(data(name).to_owned()).or_default() += section.size();
        }
    }
    Ok(bytes)
}

/// True for what has bytes in the file and an address, which is what is loaded.
fn is_kept(section: &object::Section<'_, '_>) -> bool {
    section.address() != 0 && section.file_range().is_some()
}

/// What a section that is no code is for.
fn data(section: &str) -> &'static str {
    match section {
        ".eh_frame" | ".eh_frame_hdr" | ".gcc_except_table" => "*tables for unwinding*",
        ".rodata" => "*constants*",
        ".data" | ".data.rel.ro" | ".tdata" => "*variables and tables of functions*",
        ".rela.dyn" | ".rela.plt" => "*relocations*",
        _ => "*the rest*",
    }
}

fn markdown(peers: &[&str], columns: &[Bytes]) -> String {
    let mut rows: Vec<&String> = columns.iter().flat_map(Bytes::keys).collect();
    rows.sort_by_key(|row| {
        let of = |column: &Bytes| column.get(*row).copied().unwrap_or(0);
        let sizes: Vec<_> = columns.iter().map(of).collect();
        (std::cmp::Reverse(sizes), *row)
    });
    rows.dedup();
    let mut table = format!("| KiB of | {} |\n|---|", peers.join(" | "));
    table += &"---:|".repeat(peers.len());
    for row in rows {
        let cells = columns.iter().map(|column| cell(column.get(row)));
        table += &format!("\n| {row} | {} |", cells.collect::<Vec<_>>().join(" | "));
    }
    let sums = columns.iter().map(|column| column.values().sum::<u64>());
    let sums: Vec<_> = sums.map(|sum| cell(Some(&sum))).collect();
    table + &format!("\n| **together** | {} |\n", sums.join(" | "))
}

fn cell(bytes: Option<&u64>) -> String {
    bytes.map_or("–".to_owned(), |bytes| {
        format!("{:.1}", *bytes as f64 / 1024.0)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_of_the_first_client_is_on_top() {
        let first = Bytes::from([("net".to_owned(), 1_024), ("std".to_owned(), 4_096)]);
        let second = Bytes::from([("std".to_owned(), 2_048), ("tokio".to_owned(), 512)]);
        let table = markdown(&["ours", "tokio"], &[first, second]);
        let expected = "| KiB of | ours | tokio |\n|---|---:|---:|\n\
                        | std | 4.0 | 2.0 |\n| net | 1.0 | – |\n| tokio | – | 0.5 |\n\
                        | **together** | 5.0 | 2.5 |\n";
        assert_eq!(table, expected);
    }

    #[test]
    fn every_byte_of_code_is_counted_once() {
        let program = fs::read(std::env::current_exe().unwrap()).unwrap();
        let file = object::File::parse(&*program).unwrap();
        let text = file.section_by_name(".text").unwrap().size();
        let code = code::bytes(&file).unwrap();
        assert_eq!(code.values().sum::<u64>(), text);
        assert!(code["the program itself"] > 10_000, "{code:?}");
        assert!(code["object"] > 1_000, "{code:?}");
    }

    #[test]
    #[ignore = "builds four clients: a minute"]
    fn table_of_today() {
        let peers = ["ours", "std", "polling", "tokio"];
        println!("{}", table(&peers, &|line| eprintln!("{line}")).unwrap());
    }
}
