//! What takes the place of a function that breaks a rule; it does not know which rule that is.
//!
//! ```text
//! #[allow(unused)]
//! fn name() -> R {
//!     async fn name() -> R { body }
//!     ::core::unreachable!()
//! }
//! ```
//!
//! The error has been reported. All that this has to do is to cause no others: whoever calls the
//! function finds it, and what the body uses counts as used.

use proc_macro::TokenStream;

use crate::attribute::Attribute;
use crate::build::{async_function, sync_function};
use crate::function::Function;
use crate::tokens::{copy, is_word, join, tokens};

/// The function that stands in for `function`.
pub(crate) fn stand_in(function: &Function) -> TokenStream {
    let attributes = function.attributes.iter();
    let others = attributes.filter(|attribute| !attribute.runs_the_function());
    let body = join([written_part(function), tokens("::core::unreachable!()")]);
    join([
        tokens("#[allow(unused)]"),
        others.map(Attribute::to_tokens).collect(),
        sync_function(function, signature(function), body),
    ])
}

/// The user's function, if it is no method: `self` means nothing in a function within a function.
///
/// It is `async` in any case, because without that word each `await` would be one more error.
fn written_part(function: &Function) -> TokenStream {
    let mut parameters = function.parameters().into_iter();
    if parameters.any(|token| is_word(&token, "self")) {
        return TokenStream::new();
    }
    async_function(function)
}

/// The user's signature; but `main` gets one that it may have, because the compiler would find
/// fault with parameters and generics there as well.
fn signature(function: &Function) -> TokenStream {
    if is_word(&function.name, "main") && !function.is_plain() {
        return tokens("()");
    }
    copy(&function.signature)
}
