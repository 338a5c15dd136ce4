//! ISO 8601 text as `fromisoformat` reads it, into plain numbers.

use super::calendar::{Date, IsoError, from_iso_calendar};
use super::value::{DAY_MICROS, HOUR_MICROS, MINUTE_MICROS, SECOND_MICROS};

/// What is wrong with a text.
pub enum ParseError {
    /// It does not have the form.
    Form,
    /// A week or day of an ISO date.
    Iso(IsoError, i64, i64, i64),
    /// Hour 24 with minutes.
    Midnight,
}

/// Fields of a time as they were written: they may be out of range.
pub struct ParsedTime {
    pub hour: i64,
    pub minute: i64,
    pub second: i64,
    pub micros: i64,
    /// Microseconds east of UTC.
    pub offset: Option<i64>,
    /// It was 24:00.
    pub is_next_day: bool,
}

fn number(text: &[u8]) -> Result<i64, ParseError> {
    if text.is_empty() || !text.iter().all(u8::is_ascii_digit) {
        return Err(ParseError::Form);
    }
    Ok(text.iter().fold(0, |value, digit| value * 10 + i64::from(digit - b'0')))
}

fn part(text: &[u8], from: usize, count: usize) -> Result<&[u8], ParseError> {
    text.get(from..from + count).ok_or(ParseError::Form)
}

/// `YYYY-MM-DD`, `YYYYMMDD`, `YYYY-Www-D` and shorter. The fields may be out of range.
pub fn date(text: &[u8]) -> Result<Date, ParseError> {
    if !matches!(text.len(), 7 | 8 | 10) {
        return Err(ParseError::Form);
    }
    let year = number(&text[..4])?;
    let separated = text[4] == b'-';
    let mut at = 4 + usize::from(separated);
    if text[at] == b'W' {
        at += 1;
        let week = number(part(text, at, 2)?)?;
        at += 2;
        let mut day = 1;
        if at < text.len() {
            if (text[at] == b'-') != separated {
                return Err(ParseError::Form);
            }
            at += usize::from(separated);
            day = number(&text[at..])?;
        }
        return from_iso_calendar(year, week, day).map_err(|error| ParseError::Iso(error, year, week, day));
    }
    let month = number(part(text, at, 2)?)?;
    at += 2;
    if (text.get(at) == Some(&b'-')) != separated {
        return Err(ParseError::Form);
    }
    at += usize::from(separated);
    let day = number(part(text, at, 2)?)?;
    if at + 2 != text.len() {
        return Err(ParseError::Form);
    }
    Ok(Date::new(year, month, day))
}

/// Where the date of a date and time ends.
pub fn separator(text: &[u8]) -> Result<usize, ParseError> {
    let is_digit = |at: usize| text.get(at).is_some_and(u8::is_ascii_digit);
    if text.len() < 7 {
        return Err(ParseError::Form);
    }
    if text.len() == 7 {
        return Ok(7);
    }
    if text[4] == b'-' {
        if text[5] != b'W' {
            return Ok(10);
        }
        if text.get(8) != Some(&b'-') {
            return Ok(8);
        }
        if text.len() == 9 {
            return Err(ParseError::Form);
        }
        // `YYYY-Www-D`, or `-` as the separator in front of an hour.
        return Ok(if is_digit(10) { 8 } else { 10 });
    }
    if text[4] != b'W' {
        return Ok(8);
    }
    let end = (7..text.len()).find(|&at| !is_digit(at)).unwrap_or(text.len());
    Ok(match end {
        ..9 => end,
        end if end % 2 == 0 => 7,
        _ => 8,
    })
}

/// Hours, minutes, seconds, microseconds.
fn fields(text: &[u8]) -> Result<[i64; 4], ParseError> {
    let mut found = [0; 4];
    let mut at = 0;
    let mut separated = false;
    for (index, field) in found.iter_mut().take(3).enumerate() {
        *field = number(part(text, at, 2)?)?;
        at += 2;
        let next = text.get(at);
        if index == 0 {
            separated = next == Some(&b':');
        }
        if next.is_none() || index == 2 {
            break;
        }
        if separated && next != Some(&b':') {
            return Err(ParseError::Form);
        }
        at += usize::from(separated);
        if !separated && matches!(next, Some(b'.' | b',')) {
            return Err(ParseError::Form);
        }
    }
    if at < text.len() {
        if !matches!(text[at], b'.' | b',') {
            return Err(ParseError::Form);
        }
        let fraction = &text[at + 1..];
        number(fraction)?;
        let kept = &fraction[..fraction.len().min(6)];
        found[3] = number(kept)? * 10_i64.pow(6 - kept.len() as u32);
    }
    Ok(found)
}

/// `HH[:MM[:SS[.ffffff]]]` with an optional offset.
pub fn time(text: &[u8]) -> Result<ParsedTime, ParseError> {
    if text.len() < 2 {
        return Err(ParseError::Form);
    }
    let mark =
        ["-", "+", "Z"].iter().find_map(|mark| text.iter().position(|byte| *byte == mark.as_bytes()[0]));
    let [hour, minute, second, micros] = fields(&text[..mark.unwrap_or(text.len())])?;
    let is_next_day = hour == 24;
    if is_next_day && [minute, second, micros] != [0; 3] {
        return Err(ParseError::Midnight);
    }
    let offset = match mark {
        None => None,
        Some(at) if text[at] == b'Z' => match text.len() - at {
            1 => Some(0),
            _ => return Err(ParseError::Form),
        },
        Some(at) => {
            let rest = &text[at + 1..];
            if matches!(rest.len(), 0 | 1 | 3) {
                return Err(ParseError::Form);
            }
            let [hours, minutes, seconds, micros] = fields(rest)?;
            let offset = hours * HOUR_MICROS + minutes * MINUTE_MICROS + seconds * SECOND_MICROS + micros;
            debug_assert!(offset < 5 * DAY_MICROS);
            Some(if text[at] == b'-' { -offset } else { offset })
        }
    };
    Ok(ParsedTime { hour: if is_next_day { 0 } else { hour }, minute, second, micros, offset, is_next_day })
}
