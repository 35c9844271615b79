//! One attribute of a function; it does not know what attributes do, but for those that run it.

use proc_macro::{Delimiter, TokenStream, TokenTree};

use crate::tokens::{flat, is_group, is_sign, is_word, join};

/// `#[content]`. A doc comment is one too.
pub(crate) struct Attribute {
    pub(crate) sign: TokenTree,
    pub(crate) content: TokenTree,
}

impl Attribute {
    /// The attributes that `tokens` start with, and the tokens after them.
    pub(crate) fn split_from(tokens: &[TokenTree]) -> (Vec<Attribute>, &[TokenTree]) {
        let mut attributes = Vec::new();
        let mut rest = tokens;
        while let [sign, content, after @ ..] = rest {
            if !is_sign(sign, '#') || !is_group(content, Delimiter::Bracket) {
                break;
            }
            attributes.push(Attribute {
                sign: sign.clone(),
                content: content.clone(),
            });
            rest = after;
        }
        (attributes, rest)
    }

    /// True for `#[test]`, `#[runtime::main]` and all others of these names.
    pub(crate) fn runs_the_function(&self) -> bool {
        match self.path().last() {
            Some(name) => is_word(name, "main") || is_word(name, "test"),
            None => false,
        }
    }

    /// The path as messages show it, for instance `tokio::test`.
    pub(crate) fn shown(&self) -> String {
        self.path().iter().map(TokenTree::to_string).collect()
    }

    pub(crate) fn to_tokens(&self) -> TokenStream {
        join([self.sign.clone().into(), self.content.clone().into()])
    }

    /// What stands before the attribute's arguments.
    fn path(&self) -> Vec<TokenTree> {
        let TokenTree::Group(content) = &self.content else {
            return Vec::new();
        };
        flat(content.stream())
            .into_iter()
            .take_while(|token| matches!(token, TokenTree::Ident(_)) || is_sign(token, ':'))
            .collect()
    }
}
