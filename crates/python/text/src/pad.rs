//! Padding and tabs: `center`, `ljust`, `rjust`, `zfill`, `expandtabs`. Widths count code points (bytes for bytes); `fill` is
//! one unit. Precondition everywhere: the result fits in memory.

/// `text.ljust(width, fill)` and its kin: how many fill units go left and right.
pub fn margins(count: usize, width: usize, place: Place) -> (usize, usize) {
    let all = width.saturating_sub(count);
    match place {
        Place::Left => (0, all),
        Place::Right => (all, 0),
        // The odd one goes to the left exactly if the width is odd.
        Place::Center => {
            let left = all / 2 + (all & width & 1);
            (left, all - left)
        }
    }
}

/// Where the text stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Left,
    Right,
    Center,
}

/// The text with fill units on both sides. `None`: it is wide enough as it is.
pub fn pad(text: &[u8], count: usize, width: usize, fill: &[u8], place: Place) -> Option<Vec<u8>> {
    let (left, right) = margins(count, width, place);
    if left + right == 0 {
        return None;
    }
    let mut out = Vec::with_capacity(text.len() + fill.len() * (left + right));
    out.extend(fill.iter().cycle().take(fill.len() * left));
    out.extend_from_slice(text);
    out.extend(fill.iter().cycle().take(fill.len() * right));
    Some(out)
}

/// `text.zfill(width)`: zeros behind the sign. `None`: wide enough.
pub fn zero_fill(text: &[u8], count: usize, width: usize) -> Option<Vec<u8>> {
    let zeros = width.checked_sub(count).filter(|&n| n > 0)?;
    let sign = usize::from(matches!(text.first(), Some(b'+' | b'-')));
    let mut out = Vec::with_capacity(text.len() + zeros);
    out.extend_from_slice(&text[..sign]);
    out.resize(sign + zeros, b'0');
    out.extend_from_slice(&text[sign..]);
    Some(out)
}

/// `text.expandtabs(size)`. Continuation bytes take no column in strings; in bytes each byte does.
pub fn expand_tabs(text: &[u8], size: usize, unit: crate::search::Unit) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut column = 0;
    for &byte in text {
        match byte {
            b'\t' => {
                if size > 0 {
                    let blanks = size - column % size;
                    column += blanks;
                    out.resize(out.len() + blanks, b' ');
                }
            }
            b'\n' | b'\r' => {
                out.push(byte);
                column = 0;
            }
            _ => {
                out.push(byte);
                let is_unit = unit == crate::search::Unit::Byte || crate::code_points::is_start(byte);
                column += usize::from(is_unit);
            }
        }
    }
    out
}
