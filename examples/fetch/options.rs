//! What the user asks `fetch` for, from the command's arguments.

use std::collections::HashSet;
use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;

use hyper::Uri;
use lexopt::prelude::*;
use runtime::time::Duration;

const HELP: &str = "\
Fetches what is at each URL, several at once, and says how it went.

Usage: fetch [OPTION…] URL…

  -o, --output DIR       save each as a file in DIR, which is made if need be,
                         in place of one of the same name. Without DIR, what
                         is fetched is counted and thrown away.
  -j, --jobs N           fetch so many at once (4)
  -t, --timeout SECONDS  give up what says nothing for so long (30)
      --ca FILE          trust the certificates in FILE (PEM) instead of those
                         that browsers trust
  -h, --help             print this

Up to 5 redirects are followed, though none from https to http. The exit
status is 0 if all were fetched, 1 if one was not, and 2 if the command was
not understood.
";

/// The arguments, understood.
pub(crate) struct Options {
    pub(crate) output: Option<PathBuf>,
    pub(crate) jobs: usize,
    pub(crate) patience: Duration,
    pub(crate) ca: Option<PathBuf>,
    pub(crate) targets: Vec<Target>,
}

/// One of the URLs, and what it is called in the output: no two have the same name.
pub(crate) struct Target {
    pub(crate) url: Uri,
    pub(crate) name: String,
}

impl Options {
    /// What is to be done, or the exit status when there is nothing to do, which the user has been told then.
    pub(crate) fn from_arguments() -> Result<Options, ExitCode> {
        match Options::parse() {
            Ok(Some(options)) => Ok(options),
            Ok(None) => {
                print!("{HELP}");
                Err(ExitCode::SUCCESS)
            }
            Err(error) => {
                eprintln!("fetch: {error}; `fetch --help` says more");
                Err(ExitCode::from(2))
            }
        }
    }

    /// None if the user asks for help.
    fn parse() -> Result<Option<Options>, Box<dyn Error>> {
        let mut options = Options {
            output: None,
            jobs: 4,
            patience: Duration::from_secs(30),
            ca: None,
            targets: Vec::new(),
        };
        let mut names = HashSet::new();
        let mut parser = lexopt::Parser::from_env();
        while let Some(argument) = parser.next()? {
            match argument {
                Short('h') | Long("help") => return Ok(None),
                Short('o') | Long("output") => options.output = Some(parser.value()?.into()),
                Short('j') | Long("jobs") => options.jobs = parser.value()?.parse()?,
                Short('t') | Long("timeout") => {
                    options.patience = parser.value()?.parse_with(seconds)?;
                }
                Long("ca") => options.ca = Some(parser.value()?.into()),
                Value(url) => {
                    let url = url.parse_with(web_address)?;
                    let name = unique(name(&url), &mut names);
                    options.targets.push(Target { url, name });
                }
                _ => return Err(argument.unexpected().into()),
            }
        }
        if options.jobs == 0 {
            return Err("with --jobs 0 nothing would be fetched".into());
        }
        if options.targets.is_empty() {
            return Err("there is no URL to fetch".into());
        }
        Ok(Some(options))
    }
}

fn seconds(text: &str) -> Result<Duration, Box<dyn Error + Send + Sync>> {
    match Duration::try_from_secs_f64(text.parse()?)? {
        Duration::ZERO => Err("no time at all".into()),
        duration => Ok(duration),
    }
}

fn web_address(text: &str) -> Result<Uri, Box<dyn Error + Send + Sync>> {
    let url: Uri = text.parse()?;
    match (url.scheme_str(), url.host()) {
        (Some("http" | "https"), Some(_)) => Ok(url),
        _ => Err("a URL begins with http:// or https://".into()),
    }
}

/// The last part of the path, without what could lead out of a folder or hide in one.
fn name(url: &Uri) -> String {
    let last = url.path().rsplit('/').next().unwrap_or_default();
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.+~%".contains(c);
    let name: String = last
        .trim_start_matches('.')
        .chars()
        .map(|c| if plain(c) { c } else { '_' })
        .collect();
    if name.is_empty() {
        return "index.html".to_owned();
    }
    name
}

/// The name, or the first of `name.1`, `name.2` and so on that nobody has.
fn unique(name: String, taken: &mut HashSet<String>) -> String {
    let numbered = (1..).map(|number| format!("{name}.{number}"));
    let mut names = std::iter::once(name.clone()).chain(numbered);
    names
        .find(|name| taken.insert(name.clone()))
        .unwrap_or(name)
}
