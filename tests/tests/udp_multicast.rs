//! Multicast groups on the loopback interface: joined, heard, left.
//!
//! A machine that has no multicast on its loopback interface skips these tests, and says why.

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};

use runtime::net::UdpSocket;

mod guard;
use guard::run;

const GROUP: Ipv4Addr = Ipv4Addr::new(239, 255, 77, 1);
const GROUP_V6: Ipv6Addr = Ipv6Addr::new(0xff01, 0, 0, 0, 0, 0, 0x77, 1);

fn skip(test: &str, error: &io::Error) {
    eprintln!("skipped {test}: no multicast on this machine's loopback interface ({error})");
}

/// A socket whose datagrams to groups leave by the loopback interface.
async fn sender() -> io::Result<UdpSocket> {
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    rustix::net::sockopt::set_ip_multicast_if(&socket, &Ipv4Addr::LOCALHOST)?;
    Ok(socket)
}

/// A member of the group, and the address to send to.
async fn member() -> io::Result<(UdpSocket, SocketAddr)> {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).await?;
    socket.join_multicast_v4(GROUP, Ipv4Addr::LOCALHOST)?;
    let target = SocketAddr::from((GROUP, socket.local_addr()?.port()));
    Ok((socket, target))
}

#[test]
fn a_member_hears_the_group_until_it_leaves() {
    run(async {
        let sender = sender().await.unwrap();
        let (member, target) = match member().await {
            Ok(member) => member,
            Err(error) => return skip("a_member_hears_the_group_until_it_leaves", &error),
        };
        if let Err(error) = sender.send_to(b"hello", target).await {
            return skip("a_member_hears_the_group_until_it_leaves", &error);
        }
        let mut buffer = [0; 64];
        let (length, from) = member.recv_from(&mut buffer).await.unwrap();
        assert_eq!(&buffer[..length], b"hello");
        assert_eq!(from, sender.local_addr().unwrap());

        member
            .leave_multicast_v4(GROUP, Ipv4Addr::LOCALHOST)
            .unwrap();
        sender.send_to(b"nobody hears", target).await.unwrap();
        // What comes behind it by another way has overtaken nothing: the first one is not there.
        let direct = (Ipv4Addr::LOCALHOST, target.port());
        sender.send_to(b"direct", direct).await.unwrap();
        let length = member.recv(&mut buffer).await.unwrap();
        assert_eq!(&buffer[..length], b"direct");
    });
}

#[test]
fn one_joins_and_leaves_only_once() {
    run(async {
        let (member, _) = match member().await {
            Ok(member) => member,
            Err(error) => return skip("one_joins_and_leaves_only_once", &error),
        };
        let twice = member.join_multicast_v4(GROUP, Ipv4Addr::LOCALHOST);
        assert!(twice.is_err());
        let left = || member.leave_multicast_v4(GROUP, Ipv4Addr::LOCALHOST);
        left().unwrap();
        assert!(left().is_err());
        member
            .join_multicast_v4(Ipv4Addr::LOCALHOST, Ipv4Addr::LOCALHOST)
            .expect_err("that is no group");
    });
}

#[test]
fn options_of_groups_are_the_systems() {
    run(async {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        assert_eq!(socket.multicast_ttl_v4().unwrap(), 1);
        socket.set_multicast_ttl_v4(9).unwrap();
        assert_eq!(socket.multicast_ttl_v4().unwrap(), 9);
        // What it does cannot be seen here: a datagram that leaves by the loopback interface comes back in any case.
        assert!(socket.multicast_loop_v4().unwrap());
        socket.set_multicast_loop_v4(false).unwrap();
        assert!(!socket.multicast_loop_v4().unwrap());
    });
}

/// The index of the loopback interface is 1 on Linux, macOS and FreeBSD, if there is nothing strange about them.
const LOOPBACK: u32 = 1;

#[test]
fn a_member_of_an_ipv6_group_hears_it_until_it_leaves() {
    run(async {
        if let Err(error) = hear_ipv6().await {
            skip("a_member_of_an_ipv6_group_hears_it_until_it_leaves", &error);
        }
    });
}

async fn hear_ipv6() -> io::Result<()> {
    let member = UdpSocket::bind((Ipv6Addr::UNSPECIFIED, 0)).await?;
    member.join_multicast_v6(GROUP_V6, LOOPBACK)?;
    let sender = UdpSocket::bind((Ipv6Addr::LOCALHOST, 0)).await?;
    rustix::net::sockopt::set_ipv6_multicast_if(&sender, LOOPBACK)?;
    assert!(sender.multicast_loop_v6()?);
    let port = member.local_addr()?.port();
    sender.send_to(b"hello", (GROUP_V6, port)).await?;
    // From here on nothing is an excuse.
    let mut buffer = [0; 64];
    assert_eq!(member.recv(&mut buffer).await.unwrap(), 5);
    member.leave_multicast_v6(GROUP_V6, LOOPBACK).unwrap();
    sender
        .send_to(b"nobody hears", (GROUP_V6, port))
        .await
        .unwrap();
    sender
        .send_to(b"direct", (Ipv6Addr::LOCALHOST, port))
        .await
        .unwrap();
    let length = member.recv(&mut buffer).await.unwrap();
    assert_eq!(&buffer[..length], b"direct");
    sender.set_multicast_loop_v6(false).unwrap();
    assert!(!sender.multicast_loop_v6().unwrap());
    Ok(())
}
