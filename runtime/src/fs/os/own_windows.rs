//! What only Windows has: how a file is shared with others.

use std::os::windows::fs::OpenOptionsExt;

use crate::fs::OpenOptions;

/// The same as in the standard library, by the same names.
macro_rules! options {
    ($($(#[$doc:meta])* $name:ident,)*) => {$(
        $(#[$doc])*
        ///
        /// ```
        /// use runtime::fs::OpenOptions;
        ///
        /// let mut options = OpenOptions::new();
        #[doc = concat!("options.read(true).", stringify!($name), "(0);")]
        /// ```
        pub fn $name(&mut self, $name: u32) -> &mut Self {
            self.0.$name($name);
            self
        }
    )*};
}

impl OpenOptions {
    options! {
        /// What the file is to be opened for (`dwDesiredAccess`), instead of what `read`, `write` and `append` say.
        access_mode,
        /// What others may open it for meanwhile (`dwShareMode`).
        share_mode,
        /// More flags for the system's `CreateFile` (`dwFlags`). An overlapped file has no place here.
        custom_flags,
        /// The attributes of a file that is made (`dwAttributes`).
        attributes,
        /// What a server may do in the name of whoever opens its pipe (`SECURITY_SQOS_PRESENT` and more).
        security_qos_flags,
    }
}
