//! GET: a connection, with TLS or without, a request and its response, and the redirects; the body is left to others.

use std::error::Error;

use futures_rustls::TlsConnector;
use futures_rustls::pki_types::ServerName;
use http_body_util::Empty;
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1;
use hyper::{Request, Response, Uri, header};
use iri_string::types::{UriAbsoluteStr, UriReferenceStr};
use runtime::hyper::HyperIo;
use runtime::io::{AsyncRead, AsyncWrite};
use runtime::net::TcpStream;
use runtime::time::{Duration, timeout};

use crate::trust::explain;

/// It ends as a line for the user, so it need be nothing but words.
pub(crate) type Result<T> = std::result::Result<T, Box<dyn Error>>;

const REDIRECTS: usize = 5;

/// What all requests have in common.
pub(crate) struct Client {
    tls: TlsConnector,
    patience: Duration,
}

impl Client {
    pub(crate) fn new(tls: TlsConnector, patience: Duration) -> Client {
        Client { tls, patience }
    }

    /// The response that is none of the redirects. Its status says that all is well.
    pub(crate) async fn get(&self, url: &Uri) -> Result<Response<Incoming>> {
        let mut url = url.clone();
        for _ in 0..=REDIRECTS {
            let response = self.ask(&url).await?;
            if response.status().is_success() {
                return Ok(response);
            }
            url = redirect(&url, &response)?;
        }
        Err(format!("redirected more than {REDIRECTS} times").into())
    }

    /// What the future gives, or an error when it took too long.
    pub(crate) async fn within<T, E: Into<Box<dyn Error>>>(
        &self,
        what: &str,
        future: impl Future<Output = std::result::Result<T, E>>,
    ) -> Result<T> {
        match timeout(self.patience, future).await {
            Ok(result) => result.map_err(Into::into),
            Err(_) => Err(format!("no {what} within {:?}", self.patience).into()),
        }
    }

    /// One request on a connection of its own.
    async fn ask(&self, url: &Uri) -> Result<Response<Incoming>> {
        let host = url.host().unwrap_or_default();
        let port = |default| url.port_u16().unwrap_or(default);
        let connect = async |port| {
            let connecting = TcpStream::connect(format!("{host}:{port}"));
            self.within("connection", connecting).await
        };
        match url.scheme_str() {
            Some("https") => {
                let stream = connect(port(443)).await?;
                let name = ServerName::try_from(host.trim_matches(['[', ']']).to_owned())?;
                let securing = async { self.tls.connect(name, stream).await.map_err(explain) };
                let stream = self.within("TLS handshake", securing).await?;
                self.exchange(stream, url).await
            }
            Some("http") => self.exchange(connect(port(80)).await?, url).await,
            _ => Err(format!("{url} is of neither http nor https").into()),
        }
    }

    /// The head of the response. A task of its own drives the connection until the body has come, or nobody wants it.
    async fn exchange<S>(&self, stream: S, url: &Uri) -> Result<Response<Incoming>>
    where
        S: AsyncRead + AsyncWrite + Unpin + 'static,
    {
        let (mut sender, connection) = http1::handshake(HyperIo::new(stream)).await?;
        runtime::spawn(connection); // Its errors are told to who waits for the response, too.
        let path = url.path_and_query().map_or("/", |path| path.as_str());
        let host = url.authority().map_or("", |authority| authority.as_str());
        let request = Request::get(path)
            .header(header::HOST, host.rsplit('@').next().unwrap_or_default())
            .header(header::USER_AGENT, "fetch")
            .header(header::ACCEPT, "*/*")
            .body(Empty::<Bytes>::new())?;
        let answer = async { sender.send_request(request).await.map_err(cause) };
        self.within("answer", answer).await
    }
}

/// Where the response sends us; an error when it does not, because then it is neither success nor redirect.
fn redirect(url: &Uri, response: &Response<Incoming>) -> Result<Uri> {
    let location = response.headers().get(header::LOCATION);
    let location = match (response.status().as_u16(), location) {
        (301 | 302 | 303 | 307 | 308, Some(location)) => location.to_str()?,
        _ => return Err(response.status().to_string().into()),
    };
    let wrong = |_| format!("redirected to {location:?}, which is no address");
    let base = url.to_string();
    let base = UriAbsoluteStr::new(&base).map_err(wrong)?;
    let target = UriReferenceStr::new(location).map_err(wrong)?;
    let target: Uri = target.resolve_against(base).to_string().parse()?;
    if url.scheme_str() == Some("https") && target.scheme_str() != Some("https") {
        return Err(format!("redirected to {target}, which is not https").into());
    }
    Ok(target)
}

/// hyper's own words say who was told; those below say what happened.
pub(crate) fn cause(error: hyper::Error) -> Box<dyn Error> {
    match error.source() {
        Some(cause) => cause.to_string().into(),
        None => error.into(),
    }
}
