//! The numbers of `re._constants`: opcodes, positions, categories. The library numbers them by their order, and so does this list.

macro_rules! numbered {
    ($($name:ident)*) => { numbered!(@ 0u32; $($name)*); };
    (@ $n:expr; $name:ident $($rest:ident)*) => { #[allow(dead_code)] pub const $name: u32 = $n; numbered!(@ $n + 1; $($rest)*); };
    (@ $n:expr;) => {};
}

/// `_sre.MAGIC`: the version of this list.
pub const MAGIC: i64 = 20_230_612;
/// No upper bound of a repeat.
pub const MAXREPEAT: u32 = u32::MAX;
/// Most groups of a pattern.
pub const MAXGROUPS: i64 = (i32::MAX / 2) as i64;

numbered! {
    FAILURE SUCCESS ANY ANY_ALL ASSERT ASSERT_NOT AT BRANCH CATEGORY CHARSET BIGCHARSET GROUPREF GROUPREF_EXISTS IN INFO JUMP LITERAL
    MARK MAX_UNTIL MIN_UNTIL NOT_LITERAL NEGATE RANGE REPEAT REPEAT_ONE SUBPATTERN MIN_REPEAT_ONE ATOMIC_GROUP POSSESSIVE_REPEAT
    POSSESSIVE_REPEAT_ONE GROUPREF_IGNORE IN_IGNORE LITERAL_IGNORE NOT_LITERAL_IGNORE GROUPREF_LOC_IGNORE IN_LOC_IGNORE
    LITERAL_LOC_IGNORE NOT_LITERAL_LOC_IGNORE GROUPREF_UNI_IGNORE IN_UNI_IGNORE LITERAL_UNI_IGNORE NOT_LITERAL_UNI_IGNORE
    RANGE_UNI_IGNORE
}

/// Flags of patterns.
pub mod flag {
    pub const IGNORECASE: i64 = 2;
    pub const LOCALE: i64 = 4;
    pub const MULTILINE: i64 = 8;
    pub const DOTALL: i64 = 16;
    pub const UNICODE: i64 = 32;
    pub const VERBOSE: i64 = 64;
    pub const DEBUG: i64 = 128;
    pub const ASCII: i64 = 256;
}

/// Positions that `AT` asks for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum At {
    Beginning,
    BeginningLine,
    End,
    EndLine,
    EndString,
    Boundary,
    NotBoundary,
    UnicodeBoundary,
    UnicodeNotBoundary,
}

impl At {
    /// `None`: no such number. Positions by locale are those of the C locale.
    pub fn of(number: u32) -> Option<At> {
        Some(match number {
            0 | 2 => At::Beginning,
            1 => At::BeginningLine,
            3 | 8 => At::Boundary,
            4 | 9 => At::NotBoundary,
            5 => At::End,
            6 => At::EndLine,
            7 => At::EndString,
            10 => At::UnicodeBoundary,
            11 => At::UnicodeNotBoundary,
            _ => return None,
        })
    }
}

/// How letters of different case are made equal.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Folding {
    Exact,
    Ascii,
    Locale,
    Unicode,
}
