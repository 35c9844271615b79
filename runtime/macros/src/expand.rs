//! What an attribute answers, to right and wrong; it does not know how functions are put together.

use proc_macro::TokenStream;

use crate::arguments::Arguments;
use crate::entry::Entry;
use crate::error::Error;
use crate::function::Function;
use crate::stand_in::stand_in;
use crate::tokens::join;
use crate::{build, rules};

/// The tokens that take the place of `item`.
pub(crate) fn expand(entry: Entry, arguments: TokenStream, item: TokenStream) -> TokenStream {
    let function = match Function::parse(item.clone()) {
        Ok(function) => function,
        Err(found) => return with_error(rules::not_a_function(entry, &found), item),
    };
    match accept(entry, &function, arguments) {
        Ok(arguments) => build::entry_function(entry, arguments, &function),
        Err(error) => with_error(error, stand_in(&function)),
    }
}

fn accept(entry: Entry, function: &Function, arguments: TokenStream) -> Result<Arguments, Error> {
    rules::check(entry, function)?;
    Arguments::parse(entry, arguments)
}

/// The error, and beside it what keeps the rest of the program whole, so that no other follows.
fn with_error(error: Error, rest: TokenStream) -> TokenStream {
    join([error.into_tokens(), rest])
}
