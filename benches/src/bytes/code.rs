//! A program's code by crate, from its line tables; it knows nothing of the other sections.

use std::io;

use addr2line::gimli::{Dwarf, EndianSlice, Error, RunTimeEndian};
use addr2line::{Context, FrameIter};
use object::{Object, ObjectSection};

use super::Bytes;
use super::origin::{STANDARD, origin};

type Slice<'a> = EndianSlice<'a, RunTimeEndian>;

/// Each byte of `.text` once. What has no line, as padding and the C library's start, is one row.
pub(super) fn bytes(file: &object::File<'_>) -> io::Result<Bytes> {
    let text = file.section_by_name(".text");
    let text = text.ok_or_else(|| io::Error::other("a program without code"))?;
    let (begin, end) = (text.address(), text.address() + text.size());
    let context = context(file).map_err(io::Error::other)?;
    let mut bytes = Bytes::new();
    let mut reached = begin;
    let ranges = context.find_location_range(begin, end);
    for (address, size, _) in ranges.map_err(io::Error::other)? {
        // Ranges come in order; what two of them claim counts for the first.
        let (from, to) = (address.max(reached), (address + size).min(end));
        if from < to {
            let owner = owner(&context, from).map_err(io::Error::other)?;
            *bytes.entry(owner).or_default() += to - from;
            *bytes.entry("*code without a line*".to_owned()).or_default() += from - reached;
            reached = to;
        }
    }
    *bytes.entry("*code without a line*".to_owned()).or_default() += end - reached;
    Ok(bytes)
}

fn context<'a>(file: &object::File<'a>) -> Result<Context<Slice<'a>>, Error> {
    let endian = if file.is_little_endian() {
        RunTimeEndian::Little
    } else {
        RunTimeEndian::Big
    };
    Context::from_dwarf(Dwarf::load(|section| {
        let section = file.section_by_name(section.name());
        let data = section.and_then(|section| section.data().ok());
        Ok::<_, Error>(EndianSlice::new(data.unwrap_or_default(), endian))
    })?)
}

/// The crate that pays for an instruction: the innermost function that is not the standard library's, since whoever
/// calls a generic of that library makes the copy. Where there is none, the crate that was compiled.
fn owner(context: &Context<Slice<'_>>, address: u64) -> Result<String, Error> {
    let frames = context.find_frames(address).skip_all_loads()?;
    if let Some(owner) = innermost(frames)? {
        return Ok(owner);
    }
    let unit = context.find_dwarf_and_unit(address).skip_all_loads();
    let name = unit.and_then(|unit| unit.name);
    let name = name.map(|name| String::from_utf8_lossy(name.slice()).into_owned());
    Ok(name.map_or_else(|| STANDARD.to_owned(), |name| origin(&name)))
}

fn innermost(mut frames: FrameIter<'_, Slice<'_>>) -> Result<Option<String>, Error> {
    while let Some(frame) = frames.next()? {
        let file = frame.location.and_then(|location| location.file);
        let owner = file.map(origin);
        if owner.as_deref().is_some_and(|owner| owner != STANDARD) {
            return Ok(owner);
        }
    }
    Ok(None)
}
