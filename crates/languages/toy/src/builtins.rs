//! The built-in functions: one list that yields their names, arities and numbers.
//!
//! A call of a builtin by name compiles to one instruction. A builtin used as a value (`map(xs, str)`) compiles
//! to a small function around that instruction, so the interpreter knows one kind of callable only.

macro_rules! builtins {
    ($($(#[doc = $doc:literal])* $variant:ident $name:literal $least:literal..=$most:literal)*) => {
        /// A built-in function.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[repr(u8)]
        pub enum Builtin { $($(#[doc = $doc])* $variant,)* }

        impl Builtin {
            pub const ALL: &[Builtin] = &[$(Builtin::$variant),*];

            pub fn name(self) -> &'static str {
                match self { $(Builtin::$variant => $name,)* }
            }

            /// Fewest and most arguments it takes.
            pub fn arity(self) -> (u8, u8) {
                match self { $(Builtin::$variant => ($least, $most),)* }
            }

            pub fn by_name(name: &str) -> Option<Builtin> {
                match name { $($name => Some(Builtin::$variant),)* _ => None }
            }
        }
    };
}

builtins! {
    /// Writes its arguments, separated by spaces, and a line end.
    Print "print" 0..=255
    /// Items of a list, bytes of a string, fields of a record.
    Len "len" 1..=1
    /// A value as text, the way `print` shows it.
    Str "str" 1..=1
    /// A float cut towards zero, or the integer that a string spells.
    Int "int" 1..=1
    /// An integer as a float, or the float that a string spells.
    Float "float" 1..=1
    /// The name of a value's type.
    Type "type" 1..=1
    /// Appends an item to a list, in place.
    Push "push" 2..=2
    /// Takes the last item off a list.
    Pop "pop" 1..=1
    /// The first byte of a string, as an integer.
    Ord "ord" 1..=1
    /// The string of one byte.
    Chr "chr" 1..=1
    /// Square root, always a float.
    Sqrt "sqrt" 1..=1
    /// The greatest integer not above a float.
    Floor "floor" 1..=1
    /// The part of a string or list from one index up to another.
    Slice "slice" 3..=3
    /// Where one string first occurs in another, or -1.
    Find "find" 2..=2
    /// The strings of a list with another string between them.
    Join "join" 2..=2
    /// The field names of a record, in the order in which they were added.
    Keys "keys" 1..=1
    /// Whether a record has a field of that name.
    Has "has" 2..=2
    /// Seconds since some fixed moment, as a float.
    Clock "clock" 0..=0
}
