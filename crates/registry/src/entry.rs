//! The table that configs, help, documentation, laws and benches walk.

use std::fmt;

use crate::{Call, OptionError, OptionSpec, Options, nearest};

/// A law that does not apply to an item, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waiver {
    /// The name of the law, as in the law tests of the crate.
    pub law: &'static str,
    /// Why it does not apply; a test fails if this is empty.
    pub reason: &'static str,
}

/// One item of a registry: how it is called, what it is, what can be set, how it is made.
pub struct Entry<I> {
    /// As written in configs and on the command line.
    pub name: &'static str,
    /// One line of documentation.
    pub summary: &'static str,
    /// What can be set.
    pub options: &'static [OptionSpec],
    /// Makes the item from checked options.
    pub build: fn(&Options) -> Result<I, OptionError>,
    /// Laws that do not apply.
    pub waives: &'static [Waiver],
}

impl<I> Entry<I> {
    /// Whether `law` does not apply to this item.
    pub fn waives(&self, law: &str) -> bool {
        self.waives.iter().any(|waiver| waiver.law == law)
    }

    /// Makes the item with all options at their defaults.
    ///
    /// # Errors
    /// If an option has no default.
    pub fn build_default(&self) -> Result<I, OptionError> {
        (self.build)(&Options::resolve(&Call::new(self.name), self.options)?)
    }
}

impl<I> fmt::Debug for Entry<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entry").field("name", &self.name).field("options", &self.options).finish_non_exhaustive()
    }
}

/// All items of one kind.
#[derive(Debug)]
pub struct Registry<I: 'static> {
    /// What the items are, in one word: `"activation"`.
    pub kind: &'static str,
    /// The items, in the order in which they are listed.
    pub entries: &'static [Entry<I>],
}

impl<I> Clone for Registry<I> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<I> Copy for Registry<I> {}

impl<I> Registry<I> {
    /// The entry called `name`.
    ///
    /// # Errors
    /// If there is none; the message suggests the nearest name and lists all.
    pub fn find(&self, name: &str) -> Result<&'static Entry<I>, OptionError> {
        self.entries.iter().find(|entry| entry.name == name).ok_or_else(|| OptionError::UnknownItem {
            kind: self.kind,
            name: name.to_owned(),
            suggestion: nearest(name, self.names()).map(str::to_owned),
            known: self.names().map(str::to_owned).collect(),
        })
    }

    /// Makes the item that `call` names.
    ///
    /// # Errors
    /// If the name or an option is unknown, or a value is not acceptable.
    pub fn build(&self, call: &Call) -> Result<I, OptionError> {
        let entry = self.find(&call.name)?;
        (entry.build)(&Options::resolve(call, entry.options)?)
    }

    /// The item written as text, such as `leaky_relu:slope=0.001`.
    ///
    /// # Errors
    /// If the text is malformed, the name or an option unknown, or a value not acceptable.
    pub fn parse(&self, text: &str) -> Result<I, OptionError> {
        self.build(&text.parse()?)
    }

    /// The names of all items.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.entries.iter().map(|entry| entry.name)
    }
}
