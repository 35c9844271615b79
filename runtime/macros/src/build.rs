//! The sync function around the async one; it does not know the rules that functions have to keep.
//!
//! ```text
//! async fn name() -> R { body }                 // as written
//!
//! fn name() -> R {                              // as built
//!     async fn name() -> R { body }
//!     ::runtime::__private::main(name())
//! }
//! ```
//!
//! The body stays in an `async fn` that states the user's return type. In an `async` block that
//! type would have to be inferred, which `?` does not allow, and a wrong type would be reported far
//! from the words that are wrong.

use proc_macro::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};

use crate::arguments::Arguments;
use crate::attribute::Attribute;
use crate::entry::Entry;
use crate::function::Function;
use crate::tokens::{copy, join, tokens};

/// The function that hands the future of the user's function to the runtime.
pub(crate) fn entry_function(
    entry: Entry,
    arguments: Arguments,
    function: &Function,
) -> TokenStream {
    let attributes = function.attributes.iter().map(Attribute::to_tokens);
    let future = join([inner_name(function).into(), tokens("()")]);
    let body = [
        async_function(function),
        arguments.into_runtime(),
        entry.runner(),
        group(Delimiter::Parenthesis, Span::call_site(), future),
    ];
    join([
        attributes.collect(),
        // It comes last so that attributes which are expanded later still see it.
        entry.added_attribute(),
        sync_function(function, copy(&function.signature), join(body)),
    ])
}

/// `visibility fn name signature { body }`
///
/// The braces are placed at the user's, because the compiler does not tell of an unused function
/// that ends within a macro.
pub(crate) fn sync_function(
    function: &Function,
    signature: TokenStream,
    body: TokenStream,
) -> TokenStream {
    join([
        copy(&function.visibility),
        function.keyword.clone().into(),
        function.name.clone().into(),
        signature,
        group(Delimiter::Brace, function.body.span(), body),
    ])
}

/// `async fn name signature body`
///
/// The user wrote one function and should hear of one. So the words of this second one are marked
/// as a macro's, and lints about functions pass it by.
pub(crate) fn async_function(function: &Function) -> TokenStream {
    let place = ours(&function.keyword);
    join([
        TokenTree::from(Ident::new("async", place)).into(),
        TokenTree::from(Ident::new("fn", place)).into(),
        inner_name(function).into(),
        copy(&function.signature),
        function.body.clone().into(),
    ])
}

/// The name of the async function, which is the user's too.
fn inner_name(function: &Function) -> TokenTree {
    let mut name = function.name.clone();
    name.set_span(ours(&name));
    name
}

/// The place of `token`, marked as written by a macro.
fn ours(token: &TokenTree) -> Span {
    token.span().resolved_at(Span::call_site())
}

fn group(delimiter: Delimiter, place: Span, content: TokenStream) -> TokenStream {
    let mut group = Group::new(delimiter, content);
    group.set_span(place);
    TokenTree::from(group).into()
}
