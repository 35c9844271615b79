//! What a call with several places or with an address names beside the bytes: the system reads and writes it, too.

use std::mem::zeroed;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};

/// A message header and all that it points at but the bytes. It is pinned by its box.
pub(super) struct Message {
    header: libc::msghdr,
    places: Vec<libc::iovec>,
    name: Name,
}

/// Room for an internet address.
#[repr(C)]
union Name {
    family: libc::sa_family_t,
    v4: libc::sockaddr_in,
    v6: libc::sockaddr_in6,
}

impl Message {
    /// For these places, to be filled or sent in turn.
    pub(super) fn of_places(places: impl Iterator<Item = (*mut u8, usize)>) -> Box<Message> {
        let place = |(start, length): (*mut u8, usize)| libc::iovec {
            iov_base: start.cast(),
            iov_len: length,
        };
        // SAFETY: a header of zeros names nothing, and an address of zeros is of no family.
        let (header, name) = unsafe { (zeroed(), zeroed()) };
        let mut message = Box::new(Message {
            header,
            places: places.map(place).collect(),
            name,
        });
        message.header.msg_iov = message.places.as_mut_ptr();
        message.header.msg_iovlen = message.places.len();
        message
    }

    /// One that leaves room for the sender's address.
    pub(super) fn from_anybody(to: *mut u8, most: usize) -> Box<Message> {
        let mut message = Message::of_places([(to, most)].into_iter());
        message.header.msg_name = (&raw mut message.name).cast();
        message.header.msg_namelen = size_of::<Name>() as u32;
        message
    }

    /// One for this address.
    pub(super) fn to(from: *const u8, count: usize, target: SocketAddr) -> Box<Message> {
        let mut message = Message::of_places([(from.cast_mut(), count)].into_iter());
        let (name, length) = Name::new(target);
        message.name = name;
        message.header.msg_name = (&raw mut message.name).cast();
        message.header.msg_namelen = length as u32;
        message
    }

    pub(super) fn header(&mut self) -> *mut libc::msghdr {
        &raw mut self.header
    }

    /// Whose address the system has written, if it has, and if it is one of the internet.
    pub(super) fn sender(&self) -> Option<SocketAddr> {
        let length = self.header.msg_namelen as usize;
        // SAFETY: all of the name was initialised, with zeros, and any bytes are an address.
        let (family, v4, v6) = unsafe { (self.name.family, self.name.v4, self.name.v6) };
        match i32::from(family) {
            libc::AF_INET if length >= size_of::<libc::sockaddr_in>() => {
                let address = Ipv4Addr::from(v4.sin_addr.s_addr.to_ne_bytes());
                Some(SocketAddrV4::new(address, u16::from_be(v4.sin_port)).into())
            }
            libc::AF_INET6 if length >= size_of::<libc::sockaddr_in6>() => {
                let address = Ipv6Addr::from(v6.sin6_addr.s6_addr);
                let (port, flow) = (u16::from_be(v6.sin6_port), v6.sin6_flowinfo);
                Some(SocketAddrV6::new(address, port, flow, v6.sin6_scope_id).into())
            }
            _ => None,
        }
    }
}

impl Name {
    fn new(address: SocketAddr) -> (Name, usize) {
        match address {
            SocketAddr::V4(address) => {
                let v4 = libc::sockaddr_in {
                    sin_family: libc::AF_INET as libc::sa_family_t,
                    sin_port: address.port().to_be(),
                    sin_addr: libc::in_addr {
                        s_addr: u32::from_ne_bytes(address.ip().octets()),
                    },
                    sin_zero: [0; 8],
                };
                (Name { v4 }, size_of::<libc::sockaddr_in>())
            }
            SocketAddr::V6(address) => {
                let v6 = libc::sockaddr_in6 {
                    sin6_family: libc::AF_INET6 as libc::sa_family_t,
                    sin6_port: address.port().to_be(),
                    sin6_flowinfo: address.flowinfo(),
                    sin6_addr: libc::in6_addr {
                        s6_addr: address.ip().octets(),
                    },
                    sin6_scope_id: address.scope_id(),
                };
                (Name { v6 }, size_of::<libc::sockaddr_in6>())
            }
        }
    }
}
