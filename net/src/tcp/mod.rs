//! TCP: streams, the listeners that accept them, and sockets that are to become one or the other.
//!
//! | idea | file |
//! |---|---|
//! | one attempt to connect, awaited without blocking | `connecting.rs` |
//! | several addresses, a quarter of a second apart | `race.rs` |
//! | a connection: making it, taking it apart | `stream.rs` |
//! | its bytes | `transfer.rs` |
//! | its options | `options.rs` |
//! | its two halves, borrowed or owned | `split.rs`, `owned.rs` |
//! | accepting, and backing off when there are no descriptors | `listener.rs`, `incoming.rs` |
//! | options before connecting or listening | `socket.rs` |

mod connecting;
mod incoming;
mod listener;
mod options;
mod owned;
mod race;
mod socket;
mod split;
mod stream;
mod transfer;

pub use incoming::Incoming;
pub use listener::TcpListener;
pub use owned::{OwnedReadHalf, OwnedWriteHalf, ReuniteError};
pub use socket::TcpSocket;
pub use split::{ReadHalf, WriteHalf};
pub use stream::TcpStream;
