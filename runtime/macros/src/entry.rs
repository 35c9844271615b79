//! The two attributes as values; they do not know what they stand on.

use proc_macro::TokenStream;

use crate::tokens::tokens;

/// Which of the two attributes is at work.
#[derive(Clone, Copy)]
pub(crate) enum Entry {
    Main,
    Test,
}

impl Entry {
    /// The attribute as messages show it.
    pub(crate) fn shown(self) -> &'static str {
        match self {
            Entry::Main => "#[runtime::main]",
            Entry::Test => "#[runtime::test]",
        }
    }

    /// The function that runs the future, as a path below the runtime crate's.
    pub(crate) fn runner(self) -> TokenStream {
        match self {
            Entry::Main => tokens("::__private::main"),
            Entry::Test => tokens("::__private::test"),
        }
    }

    /// What the sync function gets on top of the attributes that it has.
    pub(crate) fn added_attribute(self) -> TokenStream {
        match self {
            Entry::Main => TokenStream::new(),
            Entry::Test => tokens("#[::core::prelude::v1::test]"),
        }
    }
}
