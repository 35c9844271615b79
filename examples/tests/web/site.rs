//! A web site on loopback, over HTTP and HTTPS, with good pages and bad ones; it knows nothing of who asks.

use std::cell::Cell;
use std::io;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;

use async_channel::Sender;
use futures_rustls::TlsAcceptor;
use futures_rustls::pki_types::{CertificateDer, PrivateKeyDer};
use futures_rustls::rustls::ServerConfig;
use futures_rustls::rustls::crypto::ring;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd};
use runtime::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use runtime::net::TcpListener;
use runtime::sync::Barrier;
use runtime::time::{Duration, sleep};

use super::background::Background;

/// What `/big` is made of, and how long it is.
pub(super) const BIG: usize = 5_000_000;
pub(super) fn big() -> Vec<u8> {
    (0..BIG).map(|at| (at % 251) as u8).collect()
}

/// The site, and a folder that goes with it.
pub(super) struct Site {
    pub(super) at: Addresses,
    pub(super) folder: PathBuf,
    _running: Background,
}

/// The beginnings of its URLs: over HTTP, over HTTPS, and over HTTPS with certificates that do not hold.
#[derive(Clone)]
pub(super) struct Addresses {
    pub(super) http: String,
    pub(super) https: String,
    pub(super) expired: String,
    pub(super) other_name: String,
}

impl Site {
    /// Each test has one of its own, with a name for its folder.
    pub(super) fn open(name: &str) -> Site {
        let folder = format!("runtime-fetch-{}-{name}", std::process::id());
        let folder = std::env::temp_dir().join(folder);
        std::fs::create_dir_all(&folder).unwrap();
        let authority = Authority::new();
        std::fs::write(folder.join("ca.pem"), authority.issuer.pem()).unwrap();
        let (running, at) = Background::start(|at| serve(authority, at));
        Site {
            at,
            folder,
            _running: running,
        }
    }

    /// The file that makes a client trust this site.
    pub(super) fn ca(&self) -> String {
        self.path("ca.pem")
    }

    /// A path in the folder.
    pub(super) fn path(&self, name: &str) -> String {
        self.folder.join(name).to_str().unwrap().to_owned()
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// Who certifies the site.
struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
}

impl Authority {
    fn new() -> Authority {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        Authority { issuer }
    }

    /// TLS with a certificate for a name, which was good until that year.
    fn tls(&self, name: &str, year: i32) -> TlsAcceptor {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new([name.to_owned()]).unwrap();
        params.not_after = date_time_ymd(year, 1, 1);
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let chain: Vec<CertificateDer> = vec![certificate.into()];
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .unwrap();
        TlsAcceptor::from(Arc::new(config))
    }
}

/// What the pages share.
struct Pages {
    at: Addresses,
    /// Three who ask for `/meeting` at the same time.
    meeting: Barrier,
    /// How many ask for `/crowd`, and how many did at most.
    crowd: Cell<usize>,
    most: Cell<usize>,
}

async fn serve(authority: Authority, told: Sender<Addresses>) -> io::Result<()> {
    let bind = async || TcpListener::bind("127.0.0.1:0").await;
    let (http, https) = (bind().await?, bind().await?);
    let (expired, other_name) = (bind().await?, bind().await?);
    let at = Addresses {
        http: format!("http://{}", http.local_addr()?),
        https: format!("https://{}", https.local_addr()?),
        expired: format!("https://{}", expired.local_addr()?),
        other_name: format!("https://{}", other_name.local_addr()?),
    };
    let pages = Rc::new(Pages {
        at: at.clone(),
        meeting: Barrier::new(3),
        crowd: Cell::new(0),
        most: Cell::new(0),
    });
    for (listener, tls) in [
        (http, None),
        (https, Some(authority.tls("127.0.0.1", 4000))),
        (expired, Some(authority.tls("127.0.0.1", 2000))),
        (other_name, Some(authority.tls("elsewhere.example", 4000))),
    ] {
        runtime::spawn(listen(listener, tls, pages.clone()));
    }
    told.send(at).await.unwrap();
    std::future::pending().await
}

async fn listen(listener: TcpListener, tls: Option<TlsAcceptor>, pages: Rc<Pages>) {
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        let (tls, pages) = (tls.clone(), pages.clone());
        // A client that does not trust us, or that has had enough, is no error of ours.
        runtime::spawn(async move {
            match tls {
                None => answer(stream, &pages).await,
                Some(tls) => answer(tls.accept(stream).await?, &pages).await,
            }
        });
    }
}

/// Answers one request.
async fn answer(mut stream: impl AsyncRead + AsyncWrite + Unpin, pages: &Pages) -> io::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).await?;
        head.extend(byte);
    }
    let head = String::from_utf8_lossy(&head);
    let path = head.split(' ').nth(1).unwrap_or_default();
    match path {
        // It waits until the client has gone.
        "/silent" => drop(stream.read(&mut [0]).await),
        "/stalled" => {
            stream
                .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\nhel")
                .await?;
            drop(stream.read(&mut [0]).await);
        }
        "/trickle" => {
            stream
                .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n")
                .await?;
            for _ in 0..12 {
                sleep(Duration::from_millis(150)).await;
                stream.write_all(b"x").await?;
            }
        }
        "/big" => {
            let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {BIG}\r\n\r\n");
            stream.write_all(head.as_bytes()).await?;
            stream.write_all(&big()).await?;
        }
        path => {
            stream
                .write_all(page(path, &head, pages).await.as_bytes())
                .await?
        }
    }
    stream.close().await
}

/// Those answers that come in one piece.
async fn page(path: &str, head: &str, pages: &Pages) -> String {
    let redirect =
        |to: &str| format!("HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n");
    let ok = |body: &str| {
        format!(
            "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )
    };
    match path {
        "/" | "/small" | "/folder/small" | "/small?again" => ok("hello, world\n"),
        path if path.starts_with("/names/") => ok(path),
        "/request" => ok(head),
        "/meeting" => {
            pages.meeting.wait().await;
            ok("")
        }
        "/crowd" => {
            pages.crowd.set(pages.crowd.get() + 1);
            pages.most.set(pages.most.get().max(pages.crowd.get()));
            sleep(Duration::from_millis(20)).await;
            pages.crowd.set(pages.crowd.get() - 1);
            ok("")
        }
        "/most" => ok(&pages.most.get().to_string()),
        "/chunked" => {
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n".into()
        }
        "/to-the-end" => "HTTP/1.1 200 OK\r\n\r\nhello".into(),
        "/cut" => "HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\nhello".into(),
        "/cut-chunk" => "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n500\r\nhello".into(),
        "/broken" => "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n".into(),
        "/rubbish" => "What did you say?\r\n\r\n".into(),
        "/gone" => String::new(),
        "/folder/here" => redirect("small"),
        "/there" => redirect("/folder/./../folder/here"),
        "/query" => redirect("small?again"),
        "/secure" => redirect(&format!("{}/small", pages.at.https)),
        "/insecure" => redirect(&format!("{}/small", pages.at.http)),
        "/ftp" => redirect("ftp://127.0.0.1/small"),
        "/nowhere" => redirect("not a URL"),
        "/five" => redirect("/four"),
        "/four" => redirect("/three"),
        "/three" => redirect("/two"),
        "/two" => redirect("/one"),
        "/one" => redirect("/small"),
        "/six" => redirect("/five"),
        "/round" => redirect("/round"),
        _ => "HTTP/1.1 404 Not Found\r\nContent-Length: 5\r\n\r\nnope\n".into(),
    }
}
