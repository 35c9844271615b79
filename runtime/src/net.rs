//! TCP, UDP and Unix sockets and name resolution.
//!
//! ```
//! use runtime::net::UdpSocket;
//!
//! runtime::block_on(async {
//!     let socket = UdpSocket::bind("127.0.0.1:0").await?;
//!     socket.send_to(b"hello", socket.local_addr()?).await?;
//!     assert_eq!(socket.recv(&mut [0; 16]).await?, 5);
//!     std::io::Result::Ok(())
//! })?;
//! # std::io::Result::Ok(())
//! ```

pub use ::net::*;
