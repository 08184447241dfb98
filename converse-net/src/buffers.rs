//! Spare buffers of each thread, so that a busy connection allocates none and an idle one holds none.

use std::cell::RefCell;

/// How many bytes are read from a socket at a time, and the size of a new buffer.
pub(crate) const CHUNK: usize = 16 * 1024;

/// A larger buffer is freed rather than kept.
const LARGEST: usize = 64 * 1024;
/// How many a thread keeps: a connection has three at work at once.
const SPARE: usize = 8;

thread_local! {
    static BUFFERS: RefCell<Vec<Vec<u8>>> = const { RefCell::new(Vec::new()) };
}

/// An empty buffer with room for [`CHUNK`] bytes.
pub(crate) fn take() -> Vec<u8> {
    BUFFERS.with_borrow_mut(Vec::pop).unwrap_or_else(|| Vec::with_capacity(CHUNK))
}

/// Gives a buffer back; its content is lost.
pub(crate) fn give(mut buffer: Vec<u8>) {
    if (CHUNK..=LARGEST).contains(&buffer.capacity()) {
        buffer.clear();
        BUFFERS.with_borrow_mut(|spare| {
            if spare.len() < SPARE {
                spare.push(buffer);
            }
        });
    }
}
