//! What can go wrong below the mathematics: only the start of a thread pool.

/// The operating system refused to start the worker threads.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
#[error("cannot start {threads} threads ({reason}); ask for fewer")]
pub struct PoolError {
    /// The number of threads asked for.
    pub threads: usize,
    /// What the operating system said.
    pub reason: String,
}
