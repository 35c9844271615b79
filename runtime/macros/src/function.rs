//! The function below an attribute, taken apart; it does not know which functions are allowed.
//!
//! The compiler has parsed the item before an attribute sees it, so the tokens are some valid item,
//! and this only has to find the parts that move. The rest is carried along unread, with the spans
//! that the user's source gave it.

use proc_macro::{Delimiter, TokenStream, TokenTree};

use crate::attribute::Attribute;
use crate::tokens::{flat, is_group, is_word};

/// `#[attributes] visibility qualifiers fn name signature body`
pub(crate) struct Function {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) visibility: Vec<TokenTree>,
    /// `async` and its like: everything between the visibility and `fn`.
    pub(crate) qualifiers: Vec<TokenTree>,
    /// The word `fn`.
    pub(crate) keyword: TokenTree,
    pub(crate) name: TokenTree,
    /// Everything between the name and the body: generics, parameters, return type, `where` clause.
    pub(crate) signature: Vec<TokenTree>,
    pub(crate) body: TokenTree,
}

impl Function {
    /// The parts of `item`; or, when it is no function, its tokens after attributes and visibility.
    pub(crate) fn parse(item: TokenStream) -> Result<Self, Vec<TokenTree>> {
        let tokens = flat(item);
        let (attributes, rest) = Attribute::split_from(&tokens);
        let (visibility, rest) = rest.split_at(visibility_length(rest));
        let length = rest.iter().take_while(|token| is_qualifier(token)).count();
        let (qualifiers, after) = rest.split_at(length);
        match after {
            [keyword, name, signature @ .., body]
                if is_word(keyword, "fn") && is_group(body, Delimiter::Brace) =>
            {
                Ok(Function {
                    attributes,
                    visibility: visibility.to_vec(),
                    qualifiers: qualifiers.to_vec(),
                    keyword: keyword.clone(),
                    name: name.clone(),
                    signature: signature.to_vec(),
                    body: body.clone(),
                })
            }
            _ => Err(rest.to_vec()),
        }
    }
}

/// The parts of the signature. Parentheses within generics do not confuse them: a signature that
/// does not start with its parameter list has generics, and then nobody asks for the parameters.
impl Function {
    /// True without parameters and generics.
    pub(crate) fn is_plain(&self) -> bool {
        self.generics().is_empty() && self.parameters().is_empty() && self.clause().is_empty()
    }

    /// The generics, as far as they can be told from the parameter list.
    pub(crate) fn generics(&self) -> &[TokenTree] {
        let list = self.signature.iter().position(is_list);
        &self.signature[..list.unwrap_or(self.signature.len())]
    }

    /// What stands in the parameter list.
    pub(crate) fn parameters(&self) -> Vec<TokenTree> {
        match self.signature.first() {
            Some(TokenTree::Group(list)) => list.stream().into_iter().collect(),
            _ => Vec::new(),
        }
    }

    /// The `where` clause.
    pub(crate) fn clause(&self) -> &[TokenTree] {
        let mut tokens = self.signature.iter();
        let start = tokens.position(|token| is_word(token, "where"));
        &self.signature[start.unwrap_or(self.signature.len())..]
    }
}

/// How many tokens are the visibility: `pub(…)`, `pub` or nothing.
fn visibility_length(tokens: &[TokenTree]) -> usize {
    match tokens {
        [word, reach, ..] if is_word(word, "pub") && is_list(reach) => 2,
        [word, ..] if is_word(word, "pub") => 1,
        _ => 0,
    }
}

/// What may stand before `fn`; the literal is the `"C"` of `extern "C"`.
fn is_qualifier(token: &TokenTree) -> bool {
    ["async", "const", "extern", "unsafe"]
        .iter()
        .any(|word| is_word(token, word))
        || matches!(token, TokenTree::Literal(_))
}

fn is_list(token: &TokenTree) -> bool {
    is_group(token, Delimiter::Parenthesis)
}
