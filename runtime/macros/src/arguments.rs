//! The arguments between an attribute's parentheses; it does not know the function below them.

use proc_macro::{TokenStream, TokenTree};

use crate::entry::Entry;
use crate::error::Error;
use crate::path;
use crate::tokens::{flat, is_sign, tokens};

/// What the arguments chose.
#[derive(Default)]
pub(crate) struct Arguments {
    /// The value of `crate = path`.
    runtime: Option<TokenStream>,
}

impl Arguments {
    pub(crate) fn parse(entry: Entry, arguments: TokenStream) -> Result<Self, Error> {
        let tokens = flat(arguments);
        let mut parsed = Arguments::default();
        let mut rest = tokens.as_slice();
        while !rest.is_empty() {
            let comma = rest.iter().position(|token| is_sign(token, ','));
            // A comma with nothing before it is taken for the argument, and so refused.
            let end = comma.unwrap_or(rest.len()).max(1);
            let (argument, next) = rest.split_at(end);
            parsed.take(entry, argument)?;
            rest = next.get(1..).unwrap_or_default();
        }
        Ok(parsed)
    }

    /// The path of the runtime crate.
    pub(crate) fn into_runtime(self) -> TokenStream {
        self.runtime.unwrap_or_else(|| tokens("::runtime"))
    }

    fn take(&mut self, entry: Entry, argument: &[TokenTree]) -> Result<(), Error> {
        let name = argument.first().map(TokenTree::to_string);
        match name.as_deref() {
            Some("crate") if self.runtime.is_some() => Err(twice(argument)),
            Some("crate") => {
                self.runtime = Some(value(argument)?);
                Ok(())
            }
            Some(name @ ("sim" | "seeds")) => Err(not_yet(name, argument)),
            Some(name @ ("flavor" | "worker_threads")) => Err(tokios(name, argument)),
            _ => Err(unknown(entry, argument)),
        }
    }
}

/// The path in `crate = path`.
fn value(argument: &[TokenTree]) -> Result<TokenStream, Error> {
    let path = match argument {
        [_, sign, value @ ..] if is_sign(sign, '=') => path::parse(value),
        _ => None,
    };
    path.ok_or_else(|| {
        let message = "`crate` needs a path: write `crate = path` or `crate = \"path\"`";
        Error::over(argument, message.to_string())
    })
}

fn twice(argument: &[TokenTree]) -> Error {
    let message = "`crate` is given twice: keep one of the two";
    Error::over(argument, message.to_string())
}

fn not_yet(name: &str, argument: &[TokenTree]) -> Error {
    let message = format!("`{name}` is not available yet: the simulator is planned");
    Error::over(argument, message)
}

/// What tokio's attributes are told of threads.
fn tokios(name: &str, argument: &[TokenTree]) -> Error {
    let message = format!("`{name}` has nothing to choose from: one thread runs all; leave it out");
    Error::over(argument, message)
}

fn unknown(entry: Entry, argument: &[TokenTree]) -> Error {
    let shown = entry.shown();
    let message = format!("`{shown}` does not know this argument: it accepts only `crate = path`");
    Error::over(argument, message)
}
