//! An address that is taken and where nobody listens: whoever connects is refused, whatever else the machine does.

use runtime::net::TcpSocket;

/// Keeps the address for as long as it is there.
pub(super) struct Deaf {
    pub(super) address: String,
    _bound: TcpSocket,
}

impl Deaf {
    pub(super) fn bind() -> Deaf {
        let bound = TcpSocket::new_v4().unwrap();
        bound.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        Deaf {
            address: bound.local_addr().unwrap().to_string(),
            _bound: bound,
        }
    }
}
