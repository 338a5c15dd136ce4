//! Sets of characters, and case as the matcher folds it.
//!
//! A set answers for code points below 256 by a table that is filled when the pattern is compiled, so bytes, ASCII and Latin-1 cost one
//! load whatever the set is. Other code points walk the items as the library wrote them.
//! Limit: the locale is always C, whose letters are ASCII.

use super::opcodes::*;
use python_text::unicode::{self, simple_lower, simple_upper};

/// An element of a set as the library writes it.
#[derive(Clone, Debug)]
pub enum Item {
    /// Whether what follows is in the set is turned around.
    Negate,
    Range(u32, u32),
    /// A range that also holds what has its upper case there.
    RangeIgnore(u32, u32),
    Category(u32),
    /// 256 bits.
    Bits(Box<[u32; 8]>),
    /// Chunk numbers by the higher byte of code points below 65536, and chunks of 256 bits.
    BigBits(Box<[u8; 256]>, Box<[[u32; 8]]>),
}

/// A set of characters.
pub struct Set {
    /// Whether a code point below 256 is in it.
    pub low: [bool; 256],
    items: Vec<Item>,
    folding: Folding,
}

impl Set {
    pub fn new(items: Vec<Item>, folding: Folding) -> Set {
        let mut set = Set { low: [false; 256], items, folding };
        for c in 0..256 {
            set.low[c as usize] = set.evaluate(c);
        }
        set
    }

    /// All characters but one.
    pub fn without(c: u32, folding: Folding) -> Set {
        Set::new(vec![Item::Negate, Item::Range(c, c)], folding)
    }

    #[inline]
    pub fn contains(&self, c: u32) -> bool {
        match self.low.get(c as usize) {
            Some(&known) => known,
            None => self.evaluate(c),
        }
    }

    fn evaluate(&self, c: u32) -> bool {
        match self.folding {
            Folding::Exact => self.holds(c),
            Folding::Locale => {
                let (lower, upper) = (lower_ascii(c), upper_ascii(c));
                // A negated set is the complement of what the set matches in either case.
                if let Some(Item::Negate) = self.items.first() {
                    self.holds(lower) && self.holds(upper)
                } else {
                    self.holds(lower) || self.holds(upper)
                }
            }
            folding => self.holds(lower(c, folding)),
        }
    }

    fn holds(&self, c: u32) -> bool {
        let mut found = true;
        for item in &self.items {
            let hit = match item {
                Item::Negate => {
                    found = !found;
                    false
                }
                Item::Range(low, high) => (*low..=*high).contains(&c),
                Item::RangeIgnore(low, high) => {
                    (*low..=*high).contains(&c) || (*low..=*high).contains(&simple_upper(c))
                }
                Item::Category(category) => is_in_category(*category, c),
                Item::Bits(bits) => c < 256 && bits[(c >> 5) as usize] >> (c & 31) & 1 != 0,
                Item::BigBits(chunks, bits) => {
                    let chunk = chunks.get((c >> 8) as usize).and_then(|&chunk| bits.get(usize::from(chunk)));
                    chunk.is_some_and(|bits| bits[(c >> 5 & 7) as usize] >> (c & 31) & 1 != 0)
                }
            };
            if hit {
                return found;
            }
        }
        !found
    }
}

pub fn lower_ascii(c: u32) -> u32 {
    if (0x41..=0x5a).contains(&c) { c + 32 } else { c }
}

fn upper_ascii(c: u32) -> u32 {
    if (0x61..=0x7a).contains(&c) { c - 32 } else { c }
}

/// A character as its folding compares it.
pub fn lower(c: u32, folding: Folding) -> u32 {
    match folding {
        Folding::Exact => c,
        Folding::Ascii | Folding::Locale => lower_ascii(c),
        Folding::Unicode => simple_lower(c),
    }
}

/// `_sre.unicode_iscased`
pub fn is_cased(c: u32) -> bool {
    simple_lower(c) != c || simple_upper(c) != c
}

fn is_digit(c: u32) -> bool {
    (0x30..=0x39).contains(&c)
}

fn is_space(c: u32) -> bool {
    matches!(c, 9..=13 | 32)
}

/// `\w` of ASCII.
pub fn is_word(c: u32) -> bool {
    u8::try_from(c).is_ok_and(|b| b.is_ascii_alphanumeric() || b == b'_')
}

/// `\w` of Unicode.
pub fn is_unicode_word(c: u32) -> bool {
    use unicode::{ALPHA, DECIMAL, DIGIT, NUMERIC};
    c == 0x5f || unicode::is(c, ALPHA | DECIMAL | DIGIT | NUMERIC)
}

fn is_unicode_line_break(c: u32) -> bool {
    matches!(c, 10..=13 | 0x1c..=0x1e | 0x85 | 0x2028 | 0x2029)
}

/// Whether the categories have this number.
pub fn is_category(category: u32) -> bool {
    category < 18
}

fn is_in_category(category: u32, c: u32) -> bool {
    match category {
        0 => is_digit(c),
        1 => !is_digit(c),
        2 => is_space(c),
        3 => !is_space(c),
        4 | 8 => is_word(c),
        5 | 9 => !is_word(c),
        6 => c == 10,
        7 => c != 10,
        10 => unicode::is(c, unicode::DECIMAL),
        11 => !unicode::is(c, unicode::DECIMAL),
        12 => unicode::is(c, unicode::SPACE),
        13 => !unicode::is(c, unicode::SPACE),
        14 => is_unicode_word(c),
        15 => !is_unicode_word(c),
        16 => is_unicode_line_break(c),
        _ => !is_unicode_line_break(c),
    }
}
