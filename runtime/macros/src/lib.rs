//! The attributes `main` and `test` of the `runtime` crate; they do not know how a runtime runs.
//!
//! Both make a sync function of an `async` one, token by token and without a parser for Rust:
//!
//! ```text
//! item ──► Function ──► rules ──► Arguments ──► build       the sync function
//!              │          │           │
//!              └──────────┴───────────┴─ Error ► stand_in   the error, and a function in its place
//! ```
//!
//! An attribute always answers with an item. After an error that is a function with the same name,
//! so that the compiler reports the mistake and nothing that only follows from it.

mod arguments;
mod attribute;
mod build;
mod entry;
mod error;
mod expand;
mod function;
mod path;
mod rules;
mod stand_in;
mod tokens;

use proc_macro::TokenStream;

use crate::entry::Entry;

/// Makes an `async fn` a plain function that runs its body on a new runtime.
///
/// ```ignore
/// #[runtime::main]
/// async fn main() -> std::io::Result<()> {
///     let listener = runtime::net::TcpListener::bind("127.0.0.1:0").await?;
///     println!("listening on {}", listener.local_addr()?);
///     Ok(())
/// }
/// ```
///
/// What the compiler sees is this:
///
/// ```ignore
/// fn main() -> std::io::Result<()> {
///     async fn main() -> std::io::Result<()> {
///         // The body, as you wrote it.
///     }
///     ::runtime::__private::main(main())
/// }
/// ```
///
/// The function keeps its name, visibility, return type and attributes. It need not be called
/// `main`: with any other name it is a function that sync code calls, though not from inside a
/// runtime. Within its own body, its name still means the async function.
///
/// # Return types
///
/// For `main` itself, each type that `main` may return without this attribute, such as `()`,
/// `Result<(), E>`, `ExitCode`, `!` and `impl Termination`. For another name, any type at all. `?`
/// works in the body as in any `async fn`.
///
/// # Arguments
///
/// `crate = path` says where the runtime is found when that is not `::runtime`: because the
/// manifest renames it, or because your own crate hands it on. The path may stand in quotes.
///
/// ```ignore
/// use runtime as rt;
///
/// #[rt::main(crate = rt)]
/// async fn main() {}
///
/// #[rt::main(crate = "my_framework::runtime")]
/// async fn other() {}
/// ```
///
/// # Errors
///
/// Each of these is reported once, at the words in question, with what to do about it:
///
/// - an item that is not a function, or a function without a body;
/// - a function that is not `async`, or that is also `const`, `unsafe` or `extern`;
/// - parameters, generics and `where` clauses, because nobody could fill them in;
/// - another attribute called `main` or `test`, because the function would run twice;
/// - an argument that is unknown, malformed or given twice, and `sim` and `seeds`, which are kept
///   for the simulator that is planned.
#[proc_macro_attribute]
pub fn main(arguments: TokenStream, item: TokenStream) -> TokenStream {
    expand::expand(Entry::Main, arguments, item)
}

/// Makes an `async fn` a test that runs its body on a new runtime of its own.
///
/// ```ignore
/// #[runtime::test]
/// async fn a_task_hands_back_its_result() {
///     let handle = runtime::spawn(async { 6 * 7 });
///     assert_eq!(handle.await.unwrap(), 42);
/// }
///
/// #[runtime::test]
/// #[should_panic(expected = "too late")]
/// async fn a_panic_is_the_tests_own() {
///     panic!("too late");
/// }
/// ```
///
/// What the compiler sees is the function as [`main`](macro@main) makes it, with the standard
/// `#[test]` on top. So `#[should_panic]`, `#[ignore]`, `#[cfg(…)]`, lint levels and doc comments
/// mean what they always mean. Do not add `#[test]`: the test would run twice.
///
/// # Return types
///
/// Each type that a standard test may return, such as `()`, `Result<(), E>`, `ExitCode` and
/// `impl Termination`. A test that returns `Err` fails. `?` works in the body as in any `async fn`.
///
/// # Arguments
///
/// `crate = path` or `crate = "path"`, as in [`main`](macro@main).
///
/// # Errors
///
/// Those of [`main`](macro@main).
#[proc_macro_attribute]
pub fn test(arguments: TokenStream, item: TokenStream) -> TokenStream {
    expand::expand(Entry::Test, arguments, item)
}
