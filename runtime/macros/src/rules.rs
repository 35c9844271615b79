//! Which functions the attributes accept; it does not know what becomes of the function.

use proc_macro::TokenTree;

use crate::entry::Entry;
use crate::error::Error;
use crate::function::Function;
use crate::tokens::is_word;

/// Fails with the first rule that `function` breaks, so that one mistake is mended at a time.
pub(crate) fn check(entry: Entry, function: &Function) -> Result<(), Error> {
    let shown = entry.shown();
    runs_once(shown, function)?;
    is_async(shown, function)?;
    is_nothing_else(shown, function)?;
    has_no_generics(shown, function)?;
    has_no_parameters(shown, function)?;
    has_no_clause(shown, function)
}

/// The error for an item that is no function, given its tokens after attributes and visibility.
pub(crate) fn not_a_function(entry: Entry, item: &[TokenTree]) -> Error {
    let shown = entry.shown();
    let message = format!("`{shown}` needs a function: put it on an `async fn` that has a body");
    Error::over(&item[..item.len().min(1)], message)
}

fn runs_once(shown: &str, function: &Function) -> Result<(), Error> {
    let mut attributes = function.attributes.iter();
    match attributes.find(|attribute| attribute.runs_the_function()) {
        None => Ok(()),
        Some(second) => {
            let other = second.shown();
            let message = format!("`{shown}` runs this function already: remove `#[{other}]`");
            let place = [second.sign.clone(), second.content.clone()];
            Err(Error::over(&place, message))
        }
    }
}

fn is_async(shown: &str, function: &Function) -> Result<(), Error> {
    let mut qualifiers = function.qualifiers.iter();
    if qualifiers.any(|word| is_word(word, "async")) {
        return Ok(());
    }
    let message = format!("`{shown}` runs an async function: add `async` before `fn`");
    Err(Error::at(&function.keyword, message))
}

fn is_nothing_else(shown: &str, function: &Function) -> Result<(), Error> {
    let mut qualifiers = function.qualifiers.iter();
    match qualifiers.find(|word| !is_word(word, "async")) {
        None => Ok(()),
        Some(word) => {
            let message = format!("`{shown}` runs a plain `async fn`: remove `{word}`");
            Err(Error::at(word, message))
        }
    }
}

fn has_no_generics(shown: &str, function: &Function) -> Result<(), Error> {
    let message = format!("`{shown}` has no types to fill in: remove the generics");
    is_empty(function.generics(), message)
}

fn has_no_parameters(shown: &str, function: &Function) -> Result<(), Error> {
    let message = format!("`{shown}` has nothing to pass in: remove the parameters");
    is_empty(&function.parameters(), message)
}

fn has_no_clause(shown: &str, function: &Function) -> Result<(), Error> {
    let message = format!("`{shown}` has no types to constrain: remove the `where` clause");
    is_empty(function.clause(), message)
}

fn is_empty(part: &[TokenTree], message: String) -> Result<(), Error> {
    if part.is_empty() {
        return Ok(());
    }
    Err(Error::over(part, message))
}
