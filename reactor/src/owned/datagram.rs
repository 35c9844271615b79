//! What is received and sent as a whole: a datagram is moved by one call, or not at all.

use std::io;
use std::net::SocketAddr;

use super::completed::{Filled, Unchanged};
use super::sealed::Sealed;
use super::stream::{receiving, sending};
use super::{Attempt, Socket, Way};
use crate::buffer::{IoBuf, IoBufMut, Room};
use crate::driver::completion::{Call, Outcome};
use crate::readiness::Direction;
use crate::registration::Registration;

/// A socket of datagrams: the calls that move them, none of which waits.
///
/// ```
/// use std::io;
/// use std::net::{SocketAddr, UdpSocket};
/// # use std::pin::Pin;
/// # use std::task::{Context, Poll, Waker};
/// use reactor::Room;
/// use reactor::owned::{Datagram, Receive, Socket, Transfer};
/// # use reactor::{DriverKind, Reactor, Registration, Sharing, SourceKind};
///
/// struct Udp; // The crate `net` has the real ones.
///
/// impl Socket for Udp {
///     type Io = UdpSocket;
/// }
///
/// impl Datagram for Udp {
///     type Address = SocketAddr;
///
///     fn receive<'r>(io: &UdpSocket, room: Room<'r>) -> io::Result<&'r mut [u8]> {
///         Self::receive_from(io, room).map(|(bytes, _)| bytes)
///     }
///
///     fn receive_from<'r>(io: &UdpSocket, room: Room<'r>) -> io::Result<(&'r mut [u8], SocketAddr)> {
///         let room = room.initialise();
///         let (length, from) = io.recv_from(room)?;
///         Ok((&mut room[..length], from))
///     }
///
///     fn send(io: &UdpSocket, bytes: &[u8]) -> io::Result<usize> {
///         io.send(bytes)
///     }
///
///     fn send_to(io: &UdpSocket, bytes: &[u8], target: &SocketAddr) -> io::Result<usize> {
///         io.send_to(bytes, target)
///     }
/// }
///
/// # let reactor = Reactor::new(DriverKind::Auto)?;
/// # let socket = UdpSocket::bind("127.0.0.1:0")?;
/// # socket.set_nonblocking(true)?;
/// # let kind = SourceKind::Datagram;
/// # let registration = Registration::new(reactor.handle(), socket, kind, Sharing::Sole)?;
/// # let mut cx = Context::from_waker(Waker::noop());
/// # let socket = registration.get_ref();
/// let mut word = Transfer::<Udp, _, _>::new(&registration, Vec::with_capacity(512), Receive);
/// socket.send_to(b"hello", socket.local_addr()?)?;
/// let (length, word) = loop {
///     match Pin::new(&mut word).poll(&mut cx) {
///         Poll::Ready(done) => break done,
///         Poll::Pending => reactor.turn(None)?,
///     }
/// };
/// assert_eq!((length?, word), (5, b"hello".to_vec()));
/// # io::Result::Ok(())
/// ```
pub trait Datagram: Socket {
    /// Where a datagram comes from, or goes to.
    type Address: Clone + Unpin;

    /// Receives the next datagram. What it gives begins where the room does; what did not fit is lost.
    ///
    /// # Errors
    /// What the system says; [`WouldBlock`](io::ErrorKind::WouldBlock) if none is there.
    fn receive<'r>(io: &Self::Io, room: Room<'r>) -> io::Result<&'r mut [u8]>;

    /// As [`receive`](Self::receive), and says where it came from.
    ///
    /// # Errors
    /// Those of [`receive`](Self::receive).
    fn receive_from<'r>(io: &Self::Io, room: Room<'r>)
    -> io::Result<(&'r mut [u8], Self::Address)>;

    /// Sends a datagram to the peer that the socket is connected to, and says how long it was.
    ///
    /// # Errors
    /// What the system says; [`WouldBlock`](io::ErrorKind::WouldBlock) if there is no room.
    fn send(io: &Self::Io, bytes: &[u8]) -> io::Result<usize>;

    /// As [`send`](Self::send), to anybody.
    ///
    /// # Errors
    /// Those of [`send`](Self::send).
    fn send_to(io: &Self::Io, bytes: &[u8], target: &Self::Address) -> io::Result<usize>;

    /// True if every sender has an address of the internet, which [`from_internet`](Self::from_internet) then takes.
    /// Otherwise a driver that completes operations does not receive from such a socket by itself.
    const HAS_INTERNET_ADDRESSES: bool = false;

    /// The address, if it is one of the internet.
    fn to_internet(_: &Self::Address) -> Option<SocketAddr> {
        None
    }

    /// The address that is this one of the internet.
    fn from_internet(_: SocketAddr) -> Option<Self::Address> {
        None
    }
}

/// Receives a datagram.
#[derive(Clone, Copy, Debug)]
pub struct Receive;

/// Receives a datagram, and says where it came from.
#[derive(Clone, Copy, Debug)]
pub struct ReceiveFrom;

/// Sends a datagram to the peer that the socket is connected to.
#[derive(Clone, Copy, Debug)]
pub struct Send;

/// Sends a datagram to an address.
#[derive(Clone, Copy, Debug)]
pub struct SendTo<A>(pub A);

impl Sealed for Receive {}
impl Sealed for ReceiveFrom {}
impl Sealed for Send {}
impl<A> Sealed for SendTo<A> {}

#[inline]
fn whole<R>(moved: Option<io::Result<R>>) -> Attempt<R> {
    moved.map_or(Attempt::Waits, Attempt::Ended)
}

impl<S: Datagram, B: IoBufMut> Way<S, B> for Receive {
    type Output = usize;
    type Cancelled = Option<usize>;
    type Effect = Filled;
    const DIRECTION: Direction = Direction::Read;

    fn attempt(
        &mut self,
        registration: &Registration<S::Io>,
        buffer: &mut B,
        done: &mut usize,
    ) -> Attempt<usize> {
        let received = registration.try_call(Direction::Read, &mut |io| {
            *done = buffer.fill_by(0, |room| S::receive(io, room))?;
            Ok(*done)
        });
        whole(received)
    }

    fn call(&mut self, buffer: &mut B, _: usize) -> Option<Call> {
        receiving(buffer, 0)
    }

    fn completed(&mut self, _: &B, outcome: Outcome, done: &mut usize) -> Attempt<usize> {
        *done = outcome.moved.as_ref().map_or(*done, |moved| *moved);
        Attempt::Ended(outcome.moved)
    }

    fn settle(&self, buffer: &mut B, done: usize) {
        buffer.keep_first(done);
    }

    fn cancelled(&self, _: usize, last: Option<usize>) -> Option<usize> {
        last
    }
}

impl<S: Datagram, B: IoBufMut> Way<S, B> for ReceiveFrom {
    type Output = (usize, S::Address);
    type Cancelled = Option<(usize, S::Address)>;
    type Effect = Filled;
    const DIRECTION: Direction = Direction::Read;

    fn attempt(
        &mut self,
        registration: &Registration<S::Io>,
        buffer: &mut B,
        done: &mut usize,
    ) -> Attempt<Self::Output> {
        let received = registration.try_call(Direction::Read, &mut |io| {
            let mut address = None;
            *done = buffer.fill_by(0, |room| {
                let (bytes, from) = S::receive_from(io, room)?;
                address = Some(from);
                Ok(bytes)
            })?;
            Ok((*done, address))
        });
        match whole(received) {
            Attempt::Ended(Ok((length, Some(from)))) => Attempt::Ended(Ok((length, from))),
            Attempt::Ended(Err(error)) => Attempt::Ended(Err(error)),
            Attempt::Ended(Ok((_, None))) => {
                unreachable!("the call that filled it gave the address")
            }
            Attempt::GoesOn => Attempt::GoesOn,
            Attempt::Waits => Attempt::Waits,
        }
    }

    /// Where senders have no internet address, the call is made when the socket is ready.
    fn call(&mut self, buffer: &mut B, _: usize) -> Option<Call> {
        S::HAS_INTERNET_ADDRESSES.then_some(())?;
        match receiving(buffer, 0)? {
            Call::Receive { to, most } => Some(Call::ReceiveFrom { to, most }),
            other => Some(other),
        }
    }

    fn completed(&mut self, _: &B, outcome: Outcome, done: &mut usize) -> Attempt<Self::Output> {
        let Outcome { moved, from, .. } = outcome;
        *done = moved.as_ref().map_or(*done, |moved| *moved);
        Attempt::Ended(moved.and_then(|moved| {
            let from = from.and_then(S::from_internet);
            let from = from.ok_or_else(|| io::Error::other("a datagram without a sender"))?;
            Ok((moved, from))
        }))
    }

    fn settle(&self, buffer: &mut B, done: usize) {
        buffer.keep_first(done);
    }

    fn cancelled(&self, _: usize, last: Option<Self::Output>) -> Self::Cancelled {
        last
    }
}

impl<S: Datagram, B: IoBuf> Way<S, B> for Send {
    type Output = usize;
    type Cancelled = Option<usize>;
    type Effect = Unchanged;
    const DIRECTION: Direction = Direction::Write;

    fn attempt(
        &mut self,
        registration: &Registration<S::Io>,
        buffer: &mut B,
        done: &mut usize,
    ) -> Attempt<usize> {
        whole(registration.try_call(Direction::Write, &mut |io| {
            *done = S::send(io, buffer.as_bytes())?;
            Ok(*done)
        }))
    }

    fn call(&mut self, buffer: &mut B, _: usize) -> Option<Call> {
        sending(buffer, 0)
    }

    fn completed(&mut self, _: &B, outcome: Outcome, done: &mut usize) -> Attempt<usize> {
        *done = outcome.moved.as_ref().map_or(*done, |moved| *moved);
        Attempt::Ended(outcome.moved)
    }

    fn settle(&self, _: &mut B, _: usize) {}

    fn cancelled(&self, _: usize, last: Option<usize>) -> Option<usize> {
        last
    }
}

impl<S: Datagram, B: IoBuf> Way<S, B> for SendTo<S::Address> {
    type Output = usize;
    type Cancelled = Option<usize>;
    type Effect = Unchanged;
    const DIRECTION: Direction = Direction::Write;

    fn attempt(
        &mut self,
        registration: &Registration<S::Io>,
        buffer: &mut B,
        done: &mut usize,
    ) -> Attempt<usize> {
        whole(registration.try_call(Direction::Write, &mut |io| {
            *done = S::send_to(io, buffer.as_bytes(), &self.0)?;
            Ok(*done)
        }))
    }

    fn call(&mut self, buffer: &mut B, _: usize) -> Option<Call> {
        let target = S::to_internet(&self.0)?;
        match sending(buffer, 0)? {
            Call::Send { from, count } => Some(Call::SendTo {
                from,
                count,
                target,
            }),
            other => Some(other),
        }
    }

    fn completed(&mut self, _: &B, outcome: Outcome, done: &mut usize) -> Attempt<usize> {
        *done = outcome.moved.as_ref().map_or(*done, |moved| *moved);
        Attempt::Ended(outcome.moved)
    }

    fn settle(&self, _: &mut B, _: usize) {}

    fn cancelled(&self, _: usize, last: Option<usize>) -> Option<usize> {
        last
    }
}
