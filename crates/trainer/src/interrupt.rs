//! Ctrl-C: the first ends the run in good order, the second at once.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::failure::Failure;

static SIGNALS: AtomicUsize = AtomicUsize::new(0);

/// Listens from now on to Ctrl-C and to the request of the system to end.
pub(crate) fn listen() -> Result<(), Failure> {
    let heard = ctrlc::set_handler(|| {
        if SIGNALS.fetch_add(1, Ordering::Relaxed) > 0 {
            std::process::exit(i32::from(Failure::Interrupted(String::new()).exit_code()));
        }
    });
    match heard {
        // Somebody else listens already: the run can be stopped, only not gently.
        Ok(()) | Err(ctrlc::Error::MultipleHandlers) => Ok(()),
        Err(ctrlc::Error::System(reason)) => Err(Failure::Io { verb: "listen to", path: "Ctrl-C".to_owned(), reason }),
        Err(error) => Err(Failure::Io { verb: "listen to", path: "Ctrl-C".to_owned(), reason: std::io::Error::other(error) }),
    }
}

/// Whether somebody wants the run to end.
pub(crate) fn requested() -> bool {
    SIGNALS.load(Ordering::Relaxed) > 0
}
