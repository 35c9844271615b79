//! Memory that is to be filled, initialised or not.

use std::mem::MaybeUninit;

/// The part of a buffer that a call is to fill, from its start on.
///
/// Both kinds are safe to hand to a system call. They are kept apart, because whoever may write uninitialised bytes
/// must not be given bytes that somebody counts as initialised.
///
/// ```
/// use reactor::Room;
///
/// let mut bytes = [0; 4];
/// let room = Room::Initialised(&mut bytes);
/// assert_eq!(room.put(b"hello"), b"hell"); // No more fits.
/// ```
#[derive(Debug)]
pub enum Room<'r> {
    /// Bytes, which will be overwritten.
    Initialised(&'r mut [u8]),
    /// Memory that nobody has written to yet.
    Raw(&'r mut [MaybeUninit<u8>]),
}

impl<'r> Room<'r> {
    /// How many bytes fit.
    ///
    /// ```
    /// # use reactor::Room;
    /// assert_eq!(Room::Initialised(&mut [0; 4]).len(), 4);
    /// ```
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Room::Initialised(bytes) => bytes.len(),
            Room::Raw(memory) => memory.len(),
        }
    }

    /// True if nothing fits.
    ///
    /// ```
    /// # use reactor::Room;
    /// assert!(Room::Raw(&mut []).is_empty());
    /// ```
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Where it begins.
    pub(crate) fn start(&self) -> *const u8 {
        match self {
            Room::Initialised(bytes) => bytes.as_ptr(),
            Room::Raw(memory) => memory.as_ptr().cast(),
        }
    }

    /// All of it as bytes, for a call that has no use for uninitialised memory: that is filled with zeros first.
    ///
    /// ```
    /// use std::mem::MaybeUninit;
    /// use reactor::Room;
    ///
    /// assert_eq!(Room::Raw(&mut [MaybeUninit::uninit(); 3]).initialise(), [0; 3]);
    /// assert_eq!(Room::Initialised(&mut [1; 3]).initialise(), [1; 3]);
    /// ```
    #[must_use]
    pub fn initialise(self) -> &'r mut [u8] {
        match self {
            Room::Initialised(bytes) => bytes,
            Room::Raw(memory) => {
                memory.fill(MaybeUninit::new(0));
                // SAFETY: the line above has initialised all of it, and a `MaybeUninit<u8>` is laid out as the byte.
                unsafe { &mut *(std::ptr::from_mut(memory) as *mut [u8]) }
            }
        }
    }

    /// Copies bytes into it, as many as fit, and gives those that were written.
    ///
    /// ```
    /// use std::mem::MaybeUninit;
    /// use reactor::Room;
    ///
    /// assert_eq!(Room::Raw(&mut [MaybeUninit::uninit(); 3]).put(b"ab"), b"ab");
    /// ```
    #[must_use]
    pub fn put(self, bytes: &[u8]) -> &'r mut [u8] {
        let count = bytes.len().min(self.len());
        let first = match self {
            Room::Initialised(room) => Room::Initialised(&mut room[..count]),
            Room::Raw(room) => Room::Raw(&mut room[..count]),
        };
        let first = first.initialise();
        first.copy_from_slice(&bytes[..count]);
        first
    }
}
