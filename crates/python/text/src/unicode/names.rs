//! Names of characters, both ways: `unicodedata.name` and `lookup`.
//!
//! The names of Unicode 16.0 are words in a table (`names.bin`, written by `tools/generate_names.py`, which gives its layout). The table is indexed at
//! first use; a process that asks no name pays nothing.
//!
//! Known limit: aliases and named sequences, which `lookup` also finds in CPython, are not here.

use std::sync::OnceLock;

static DATA: &[u8] = include_bytes!("names.bin");

/// Bits of a character's entry that are its code point.
const CODE_POINT: u32 = (1 << 21) - 1;

struct Table {
    words: Vec<&'static str>,
    /// Code point and place of the first token, in order of code points; one more at the end.
    characters: Vec<(u32, u32)>,
    tokens: &'static [[u8; 2]],
    /// Indices of characters in order of names.
    by_name: &'static [[u8; 2]],
}

fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| {
        let number = |at: usize| {
            let bytes = DATA[at..at + 4].try_into().expect("four bytes");
            u32::from_le_bytes(bytes) as usize
        };
        let (word_count, character_count, token_count) = (number(0), number(4), number(8));
        let mut at = 12;
        let mut words = Vec::with_capacity(word_count);
        for _ in 0..word_count {
            let end = at + 1 + usize::from(DATA[at]);
            words.push(std::str::from_utf8(&DATA[at + 1..end]).expect("names are ASCII"));
            at = end;
        }
        let mut characters = Vec::with_capacity(character_count + 1);
        let mut first = 0;
        for _ in 0..character_count {
            let entry = number(at) as u32;
            characters.push((entry & CODE_POINT, first));
            first += entry >> 21;
            at += 4;
        }
        characters.push((u32::MAX, first));
        let pairs = DATA[at..].as_chunks().0;
        let (tokens, by_name) = pairs.split_at(token_count);
        Table { words, characters, tokens, by_name }
    })
}

impl Table {
    fn name(&self, index: usize) -> String {
        let ((code_point, first), (_, end)) = (self.characters[index], self.characters[index + 1]);
        let tokens = &self.tokens[first as usize..end as usize];
        let words: Vec<&str> =
            tokens.iter().map(|token| self.words[usize::from(u16::from_le_bytes(*token))]).collect();
        let mut name = words.join(" ");
        if name.ends_with('-') {
            name += &format!("{code_point:X}");
        }
        name
    }
}

const IDEOGRAPH: &str = "CJK UNIFIED IDEOGRAPH-";
const IDEOGRAPHS: [(u32, u32); 10] = [
    (0x3400, 0x4dbf),
    (0x4e00, 0x9fff),
    (0x20000, 0x2a6df),
    (0x2a700, 0x2b739),
    (0x2b740, 0x2b81d),
    (0x2b820, 0x2cea1),
    (0x2ceb0, 0x2ebe0),
    (0x2ebf0, 0x2ee5d),
    (0x30000, 0x3134a),
    (0x31350, 0x323af),
];

const SYLLABLE: &str = "HANGUL SYLLABLE ";
const LEADS: [&str; 19] =
    ["G", "GG", "N", "D", "DD", "R", "M", "B", "BB", "S", "SS", "", "J", "JJ", "C", "K", "T", "P", "H"];
const VOWELS: [&str; 21] = [
    "A", "AE", "YA", "YAE", "EO", "E", "YEO", "YE", "O", "WA", "WAE", "OE", "YO", "U", "WEO", "WE", "WI",
    "YU", "EU", "YI", "I",
];
const TAILS: [&str; 28] = [
    "", "G", "GG", "GS", "N", "NJ", "NH", "D", "L", "LG", "LM", "LB", "LS", "LT", "LP", "LH", "M", "B", "BS",
    "S", "SS", "NG", "J", "C", "K", "T", "P", "H",
];

/// `unicodedata.name`; `None`: no such name.
pub fn name(code_point: u32) -> Option<String> {
    if let 0xac00..=0xd7a3 = code_point {
        let index = (code_point - 0xac00) as usize;
        let (lead, vowel, tail) = (index / 588, index % 588 / 28, index % 28);
        return Some(format!("{SYLLABLE}{}{}{}", LEADS[lead], VOWELS[vowel], TAILS[tail]));
    }
    if IDEOGRAPHS.iter().any(|&(first, last)| (first..=last).contains(&code_point)) {
        return Some(format!("{IDEOGRAPH}{code_point:X}"));
    }
    let table = table();
    let index = table.characters.binary_search_by_key(&code_point, |entry| entry.0).ok()?;
    (index + 1 < table.characters.len()).then(|| table.name(index))
}

/// `unicodedata.lookup`, in any case; `None`: no such character.
pub fn lookup(wanted: &str) -> Option<u32> {
    let wanted = wanted.to_ascii_uppercase();
    if let Some(digits) = wanted.strip_prefix(IDEOGRAPH) {
        let code_point = u32::from_str_radix(digits, 16).ok()?;
        return (name(code_point).as_deref() == Some(&wanted)).then_some(code_point);
    }
    if let Some(rest) = wanted.strip_prefix(SYLLABLE) {
        return syllable(rest);
    }
    let table = table();
    let index = |place: &[u8; 2]| usize::from(u16::from_le_bytes(*place));
    let found = table.by_name.binary_search_by(|place| table.name(index(place)).cmp(&wanted)).ok()?;
    Some(table.characters[index(&table.by_name[found])].0)
}

/// The syllable that is spelt so: the longest lead, then the longest vowel.
fn syllable(rest: &str) -> Option<u32> {
    fn longest<'a>(rest: &'a str, parts: &[&str]) -> Option<(usize, &'a str)> {
        let fits = parts.iter().enumerate().filter(|(_, part)| rest.starts_with(**part));
        let (index, part) = fits.max_by_key(|(_, part)| part.len())?;
        Some((index, &rest[part.len()..]))
    }
    let (lead, rest) = longest(rest, &LEADS)?;
    let (vowel, rest) = longest(rest, &VOWELS)?;
    let tail = TAILS.iter().position(|tail| *tail == rest)?;
    Some(0xac00 + ((lead * 21 + vowel) * 28 + tail) as u32)
}
