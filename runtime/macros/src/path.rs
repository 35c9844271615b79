//! A path as the value of an argument, bare or in quotes; it does not know what the path leads to.

use proc_macro::{Spacing, TokenStream, TokenTree};

use crate::tokens::{copy, is_sign};

/// The path that `value` is, if it is one.
pub(crate) fn parse(value: &[TokenTree]) -> Option<TokenStream> {
    match value {
        [literal @ TokenTree::Literal(_)] => unquoted(literal),
        _ if is_path(value) => Some(copy(value)),
        _ => None,
    }
}

/// The path within a string literal. Its tokens are placed at the literal, where the user wrote it.
fn unquoted(literal: &TokenTree) -> Option<TokenStream> {
    let text = literal.to_string();
    let path = text.strip_prefix('"')?.strip_suffix('"')?;
    // The compiler reports text that is no token by itself, and that would be a second error. So
    // the text is judged before it becomes tokens.
    let mut names = path.strip_prefix("::").unwrap_or(path).split("::");
    if !names.all(is_name) {
        return None;
    }
    let tokens: TokenStream = path.parse().ok()?;
    let placed = tokens.into_iter().map(|mut token| {
        token.set_span(literal.span());
        token
    });
    Some(placed.collect())
}

fn is_name(text: &str) -> bool {
    let may_follow = |each: char| each.is_ascii_alphanumeric() || each == '_';
    let may_start = |each: char| may_follow(each) && !each.is_ascii_digit();
    text.starts_with(may_start) && text.chars().all(may_follow)
}

/// True for names with `::` between them, and perhaps in front.
fn is_path(tokens: &[TokenTree]) -> bool {
    match after_colons(tokens).unwrap_or(tokens) {
        [TokenTree::Ident(_)] => true,
        [TokenTree::Ident(_), rest @ ..] => after_colons(rest).is_some() && is_path(rest),
        _ => false,
    }
}

/// The tokens after the `::` that `tokens` start with.
fn after_colons(tokens: &[TokenTree]) -> Option<&[TokenTree]> {
    match tokens {
        [TokenTree::Punct(first), second, rest @ ..]
            if first.as_char() == ':'
                && first.spacing() == Spacing::Joint
                && is_sign(second, ':') =>
        {
            Some(rest)
        }
        _ => None,
    }
}
