//! The `is...` methods of strings and bytes.

use crate::code_points::iter;
use crate::unicode::{
    self, ALPHA, DECIMAL, DIGIT, ID_CONTINUE, ID_START, LOWER, NUMERIC, PRINTABLE, SPACE, TITLE, UPPER,
};

/// Not empty, and every code point has one of the flags.
fn all(text: &[u8], wanted: u16) -> bool {
    !text.is_empty() && iter(text).all(|c| unicode::is(c, wanted))
}

/// `str.isalpha`
pub fn is_alpha(text: &[u8]) -> bool {
    if text.is_ascii() {
        return !text.is_empty() && text.iter().all(u8::is_ascii_alphabetic);
    }
    all(text, ALPHA)
}

/// `str.isalnum`
pub fn is_alnum(text: &[u8]) -> bool {
    all(text, ALPHA | DECIMAL | DIGIT | NUMERIC)
}

/// `str.isdecimal`
pub fn is_decimal(text: &[u8]) -> bool {
    all(text, DECIMAL)
}

/// `str.isdigit`
pub fn is_digit(text: &[u8]) -> bool {
    all(text, DIGIT)
}

/// `str.isnumeric`
pub fn is_numeric(text: &[u8]) -> bool {
    all(text, NUMERIC)
}

/// `str.isspace`
pub fn is_space(text: &[u8]) -> bool {
    all(text, SPACE)
}

/// `str.isprintable`; true for the empty string.
pub fn is_printable(text: &[u8]) -> bool {
    iter(text).all(|c| unicode::is(c, PRINTABLE))
}

/// `str.isidentifier`
pub fn is_identifier(text: &[u8]) -> bool {
    let mut points = iter(text);
    let starts = points.next().is_some_and(|c| c == 0x5f || unicode::is(c, ID_START));
    starts && points.all(|c| unicode::is(c, ID_CONTINUE))
}

/// `str.islower`: a lower-case letter, and none that is upper or title case.
pub fn is_lower(text: &[u8]) -> bool {
    has_case(text, LOWER, UPPER | TITLE)
}

/// `str.isupper`
pub fn is_upper(text: &[u8]) -> bool {
    has_case(text, UPPER, LOWER | TITLE)
}

fn has_case(text: &[u8], wanted: u16, refused: u16) -> bool {
    let mut seen = 0;
    for c in iter(text) {
        seen |= unicode::flags(c);
        if seen & refused != 0 {
            return false;
        }
    }
    seen & wanted != 0
}

/// `str.istitle`: upper-case letters begin words, lower-case ones go on.
pub fn is_title(text: &[u8]) -> bool {
    let (mut is_cased, mut after_cased) = (false, false);
    for c in iter(text) {
        let flags = unicode::flags(c);
        if flags & (UPPER | TITLE) != 0 {
            if after_cased {
                return false;
            }
            (is_cased, after_cased) = (true, true);
        } else if flags & LOWER != 0 {
            if !after_cased {
                return false;
            }
            (is_cased, after_cased) = (true, true);
        } else {
            after_cased = false;
        }
    }
    is_cased
}

/// The predicates of bytes: not empty, and every byte is such an ASCII character.
pub mod bytes {
    fn all(bytes: &[u8], is: impl Fn(&u8) -> bool) -> bool {
        !bytes.is_empty() && bytes.iter().all(is)
    }

    pub fn is_alpha(bytes: &[u8]) -> bool {
        all(bytes, u8::is_ascii_alphabetic)
    }

    pub fn is_alnum(bytes: &[u8]) -> bool {
        all(bytes, u8::is_ascii_alphanumeric)
    }

    pub fn is_digit(bytes: &[u8]) -> bool {
        all(bytes, u8::is_ascii_digit)
    }

    pub fn is_space(bytes: &[u8]) -> bool {
        all(bytes, |b| matches!(b, b' ' | 9..=13))
    }

    pub fn is_lower(bytes: &[u8]) -> bool {
        bytes.iter().any(u8::is_ascii_lowercase) && !bytes.iter().any(u8::is_ascii_uppercase)
    }

    pub fn is_upper(bytes: &[u8]) -> bool {
        bytes.iter().any(u8::is_ascii_uppercase) && !bytes.iter().any(u8::is_ascii_lowercase)
    }

    pub fn is_title(bytes: &[u8]) -> bool {
        let (mut is_cased, mut after_letter) = (false, false);
        for b in bytes {
            if b.is_ascii_alphabetic() {
                if b.is_ascii_uppercase() == after_letter {
                    return false;
                }
                is_cased = true;
            }
            after_letter = b.is_ascii_alphabetic();
        }
        is_cased
    }
}
