//! The few words in which the other files speak of tokens; it does not know what the tokens mean.

use proc_macro::{Delimiter, TokenStream, TokenTree};

/// Our own source text as tokens, which the compiler then blames on the attribute.
///
/// The text is fixed, so it always lexes. Should one not, then tokens are missing and no user's
/// code compiles, which no test can overlook.
pub(crate) fn tokens(ours: &'static str) -> TokenStream {
    ours.parse().unwrap_or_default()
}

/// The tokens, out of the invisible groups that a `macro_rules!` macro leaves around its captures.
pub(crate) fn flat(stream: TokenStream) -> Vec<TokenTree> {
    stream.into_iter().flat_map(uncovered).collect()
}

fn uncovered(token: TokenTree) -> Vec<TokenTree> {
    match token {
        TokenTree::Group(group) if group.delimiter() == Delimiter::None => flat(group.stream()),
        visible => vec![visible],
    }
}

/// True for the identifier or keyword `text`.
pub(crate) fn is_word(token: &TokenTree, text: &str) -> bool {
    matches!(token, TokenTree::Ident(word) if word.to_string() == text)
}

/// True for the punctuation `sign`.
pub(crate) fn is_sign(token: &TokenTree, sign: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == sign)
}

/// True for a group within these delimiters.
pub(crate) fn is_group(token: &TokenTree, delimiter: Delimiter) -> bool {
    matches!(token, TokenTree::Group(group) if group.delimiter() == delimiter)
}

/// All the streams, one after the other.
pub(crate) fn join<const N: usize>(streams: [TokenStream; N]) -> TokenStream {
    streams.into_iter().collect()
}

/// The tokens as a stream.
pub(crate) fn copy(tokens: &[TokenTree]) -> TokenStream {
    tokens.iter().cloned().collect()
}
