//! Whose certificates `fetch` believes; it knows nothing of HTTP.

use std::error::Error;
use std::io;
use std::path::Path;
use std::sync::Arc;

use futures_rustls::TlsConnector;
use futures_rustls::pki_types::CertificateDer;
use futures_rustls::pki_types::pem::PemObject;
use futures_rustls::rustls::crypto::ring;
use futures_rustls::rustls::{self, CertificateError, ClientConfig, RootCertStore};

/// TLS that trusts the authorities in a file, or those that Mozilla trusts.
pub(crate) fn connector(authorities: Option<&Path>) -> Result<TlsConnector, Box<dyn Error>> {
    let mut roots = RootCertStore::empty();
    match authorities {
        None => roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned()),
        Some(file) => {
            let read = |error| format!("{}: {error}", file.display());
            for authority in CertificateDer::pem_file_iter(file).map_err(read)? {
                roots.add(authority.map_err(read)?)?;
            }
            if roots.is_empty() {
                return Err(format!("{}: there is no certificate in it", file.display()).into());
            }
        }
    }
    let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsConnector::from(Arc::new(config)))
}

/// Why there is no TLS. The library has words for all but the commonest reason.
pub(crate) fn explain(error: io::Error) -> Box<dyn Error> {
    let reason = error.get_ref().and_then(|reason| reason.downcast_ref());
    match reason {
        Some(rustls::Error::InvalidCertificate(CertificateError::UnknownIssuer)) => {
            "its certificate is from nobody whom we trust; see --ca".into()
        }
        _ => format!("TLS: {error}").into(),
    }
}
