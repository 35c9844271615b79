//! A mistake in the user's source, and what to do about it; it does not know how it was found.

use proc_macro::{Delimiter, Group, Ident, Literal, Punct, Spacing, Span, TokenStream, TokenTree};

/// One message, and the stretch of source that it is about.
pub(crate) struct Error {
    first: Span,
    last: Span,
    message: String,
}

impl Error {
    /// An error at one token.
    pub(crate) fn at(token: &TokenTree, message: String) -> Self {
        Error::over(std::slice::from_ref(token), message)
    }

    /// An error from the first token to the last, or at the attribute when there are none.
    pub(crate) fn over(tokens: &[TokenTree], message: String) -> Self {
        let span = |token: Option<&TokenTree>| token.map_or_else(Span::call_site, TokenTree::span);
        Error {
            first: span(tokens.first()),
            last: span(tokens.last()),
            message,
        }
    }

    /// `::core::compile_error! { "message" }`
    ///
    /// This is how a macro reports an error. The compiler underlines a macro call from the start of its path to the
    /// end of its last group, so the spans of these tokens choose the stretch.
    pub(crate) fn into_tokens(self) -> TokenStream {
        let sign = |sign, spacing| {
            let mut punct = Punct::new(sign, spacing);
            punct.set_span(self.first);
            TokenTree::from(punct)
        };
        let text = TokenTree::from(Literal::string(&self.message));
        let mut argument = Group::new(Delimiter::Brace, text.into());
        argument.set_span(self.last);
        [
            sign(':', Spacing::Joint),
            sign(':', Spacing::Alone),
            Ident::new("core", self.first).into(),
            sign(':', Spacing::Joint),
            sign(':', Spacing::Alone),
            Ident::new("compile_error", self.first).into(),
            sign('!', Spacing::Alone),
            argument.into(),
        ]
        .into_iter()
        .collect()
    }
}
