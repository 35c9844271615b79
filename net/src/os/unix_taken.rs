//! What a read of a Unix stream gave.

/// Bytes, and whether their number says anything of how many are left.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Taken {
    pub(crate) bytes: usize,
    /// The read ended where descriptors or credentials were passed along: however short it was, there may be more.
    pub(crate) cut: bool,
}
