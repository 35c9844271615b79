//! A dump as a table, one line a task.

use std::borrow::Cow;
use std::fmt;
use std::panic::Location;

use executor::TaskState;

use super::{Dump, TaskDump, Who, World};

/// The columns, but for the last one, which has no width.
const HEADS: [&str; 5] = ["who", "state", "polls", "last wake", "spawned at"];

/// The column that is a number.
const POLLS: usize = 2;

/// One line of the table.
struct Line {
    cells: [String; 5],
    waits_for: String,
}

impl fmt::Display for Dump {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tasks = self.tasks.iter();
        let count = tasks.filter(|task| matches!(task.who, Who::Task(_)));
        write!(f, "{} on {}", counted(count.count(), "task"), self.world)?;
        let mut lines = vec![Line {
            cells: HEADS.map(str::to_owned),
            waits_for: "waits for".to_owned(),
        }];
        for task in &self.tasks {
            add_lines(&mut lines, task, "");
        }
        let width = |column: usize| {
            let cells = lines.iter().map(|line| line.cells[column].chars().count());
            cells.max().unwrap_or(0)
        };
        let widths: [usize; 5] = std::array::from_fn(width);
        for line in &lines {
            f.write_str("\n ")?;
            let mut text = String::new();
            for (column, (cell, width)) in line.cells.iter().zip(widths).enumerate() {
                text += &match column {
                    POLLS => format!(" {cell:>width$} "),
                    _ => format!(" {cell:<width$} "),
                };
            }
            f.write_str(format!("{text} {}", line.waits_for).trim_end())?;
        }
        Ok(())
    }
}

impl fmt::Display for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let World {
            driver,
            timers,
            sources,
            operations,
            jobs,
            remotes,
        } = *self;
        let timers = counted(timers, "timer");
        let sources = counted(sources, "source");
        write!(f, "{driver}: {timers}, {sources}")?;
        for (count, what) in [
            (operations, "operation"),
            (jobs, "blocking job"),
            (remotes, "remote"),
        ] {
            if count > 0 {
                write!(f, ", {}", counted(count, what))?;
            }
        }
        Ok(())
    }
}

fn counted(count: usize, what: &str) -> String {
    match count {
        0 => format!("no {what}"),
        1 => format!("1 {what}"),
        _ => format!("{count} {what}s"),
    }
}

/// The task, and below it its children, further in.
fn add_lines(lines: &mut Vec<Line>, task: &TaskDump, indent: &str) {
    let who = match task.who {
        Who::BlockOn => "block_on".to_owned(),
        Who::Task(id) => format!("task {id}"),
        Who::Child(number) => format!("child {number}"),
        Who::Scope => "scope".to_owned(),
    };
    let state = match task.state {
        TaskState::New => "new",
        TaskState::Ready => "ready",
        TaskState::Running => "running",
        TaskState::Waiting => "waiting",
        TaskState::Lost => "lost",
    };
    let is_scope = task.who == Who::Scope;
    let reasons: Vec<_> = task.waits_for.iter().map(ToString::to_string).collect();
    lines.push(Line {
        cells: [
            format!("{indent}{who}"),
            state.to_owned(),
            if is_scope {
                "-".to_owned()
            } else {
                task.polls.to_string()
            },
            last_wake(task),
            task.location.map_or_else(|| "-".to_owned(), place),
        ],
        waits_for: reasons.join(", "),
    });
    for child in &task.children {
        add_lines(lines, child, &format!("{indent}  "));
    }
}

fn last_wake(task: &TaskDump) -> String {
    let Some(wake) = task.last_wake else {
        return "-".to_owned();
    };
    let ago = match wake.polls_ago {
        0 => "just now".to_owned(),
        1 => "1 poll ago".to_owned(),
        polls => format!("{polls} polls ago"),
    };
    let from = if wake.from_away { ", away" } else { "" };
    ago + from
}

/// A place in the code. A crate from elsewhere stands in a long path, of which the last parts say enough.
fn place(location: &Location<'_>) -> String {
    let (file, line, column) = (location.file(), location.line(), location.column());
    format!("{}:{line}:{column}", shortened(file))
}

fn shortened(file: &str) -> Cow<'_, str> {
    let is_separator = |letter| letter == '/' || letter == '\\';
    let is_absolute = file.starts_with('/') || file.get(1..2) == Some(":");
    let parts: Vec<_> = file.split(is_separator).collect();
    if !is_absolute || parts.len() <= 4 {
        return Cow::Borrowed(file);
    }
    let source = parts.iter().rposition(|part| *part == "src");
    let begin = source.map_or(parts.len() - 3, |at| at.saturating_sub(1));
    Cow::Owned(format!("…/{}", parts[begin..].join("/")))
}

#[cfg(test)]
mod tests {
    use super::shortened;

    #[test]
    fn a_path_of_this_package_stays_and_one_from_elsewhere_begins_at_its_package() {
        for (file, expected) in [
            ("src/main.rs", "src/main.rs"),
            (
                "/home/me/.cargo/x/y/hyper-1.4.1/src/common/exec.rs",
                "…/hyper-1.4.1/src/common/exec.rs",
            ),
            (
                r"C:\me\x\y\hyper-1.4.1\src\lib.rs",
                "…/hyper-1.4.1/src/lib.rs",
            ),
            ("/a/b/c/d/examples/run.rs", "…/d/examples/run.rs"),
            ("/src/x.rs", "/src/x.rs"),
        ] {
            assert_eq!(shortened(file), expected);
        }
    }
}
