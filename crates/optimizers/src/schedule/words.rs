//! Choices that have a name in configs.

/// An enum whose variants are written as words: `WORDS` for the table of options, `word` to write one and `read` to read it.
macro_rules! words {
    ($(#[$about:meta])* $name:ident { $($(#[$each:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name { $($(#[$each])* $variant,)+ }

        impl $name {
            pub(super) const WORDS: &'static [&'static str] = &[$($word),+];

            pub(super) fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// `word` is one that the table of options admits.
            pub(super) fn read(word: &str) -> Self {
                match word {
                    $($word => Self::$variant,)+
                    other => unreachable!("`{other}` is not in the table of options"),
                }
            }
        }
    };
}
